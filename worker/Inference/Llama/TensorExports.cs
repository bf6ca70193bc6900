using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>The functions of ggml that read a tensor of a running decode call (ggml.h, ggml-backend.h).</summary>
sealed unsafe class TensorExports
{
    public required delegate* unmanaged[Cdecl]<nint, byte*> Name { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, nuint> Bytes { get; init; }

    /// <summary>Tensor, target, offset and bytes.</summary>
    public required delegate* unmanaged[Cdecl]<nint, void*, nuint, nuint, void> Read { get; init; }

    /// <param name="ggmlBase">Handle of a loaded libggml-base.</param>
    /// <exception cref="EntryPointNotFoundException">The file lacks one of them.</exception>
    public static TensorExports Of(nint ggmlBase) => new()
    {
        Name = (delegate* unmanaged[Cdecl]<nint, byte*>)NativeLibrary.GetExport(ggmlBase, "ggml_get_name"),
        Bytes = (delegate* unmanaged[Cdecl]<nint, nuint>)NativeLibrary.GetExport(ggmlBase, "ggml_nbytes"),
        Read = (delegate* unmanaged[Cdecl]<nint, void*, nuint, nuint, void>)NativeLibrary.GetExport(ggmlBase, "ggml_backend_tensor_get"),
    };
}
