using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// Counts a call as a user of the handle: a context that another thread disposes meanwhile is freed when the call is over.
/// </summary>
readonly ref struct HandleUse : IDisposable
{
    readonly SafeHandle _handle;

    /// <exception cref="ObjectDisposedException">It is disposed already.</exception>
    public HandleUse(SafeHandle handle)
    {
        var held = false;
        handle.DangerousAddRef(ref held);
        _handle = handle;
    }

    public void Dispose() => _handle.DangerousRelease();
}
