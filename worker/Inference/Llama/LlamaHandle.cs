using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>A model or a context of the own binding. It is freed when nobody uses it any more, and before its owner.</summary>
sealed unsafe class LlamaHandle : SafeHandle
{
    readonly delegate*<nint, void> _free;
    readonly SafeHandle? _owner;

    /// <param name="owner">What must outlive it: llama.cpp crashes when a context outlives its model.</param>
    public LlamaHandle(nint native, delegate*<nint, void> free, SafeHandle? owner = null) : base(0, ownsHandle: true)
    {
        var held = false;
        owner?.DangerousAddRef(ref held);
        _free = free;
        _owner = owner;
        SetHandle(native);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _free(handle);
        _owner?.DangerousRelease();
        return true;
    }
}
