using System.Runtime.InteropServices;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Llama;

/// <summary>What a loaded ggml says of itself and of the devices that it found.</summary>
/// <param name="ggml">Handle of libggml.</param>
/// <param name="ggmlBase">Handle of libggml-base.</param>
sealed unsafe class LlamaBackends(nint ggml, nint ggmlBase)
{
    /// <summary>The commit of the kernels; null when the library does not say it.</summary>
    public string? Commit => NativeLibrary.TryGetExport(ggmlBase, "ggml_commit", out var commit)
        ? Text(((delegate* unmanaged[Cdecl]<byte*>)commit)()) : null;

    /// <summary>The CPU, and the GPUs whose backend and driver were found.</summary>
    public IReadOnlyList<InferenceDevice> Devices()
    {
        var count = (delegate* unmanaged[Cdecl]<nuint>)NativeLibrary.GetExport(ggml, "ggml_backend_dev_count");
        var get = (delegate* unmanaged[Cdecl]<nuint, nint>)NativeLibrary.GetExport(ggml, "ggml_backend_dev_get");
        var name = (delegate* unmanaged[Cdecl]<nint, byte*>)NativeLibrary.GetExport(ggmlBase, "ggml_backend_dev_name");
        var description = (delegate* unmanaged[Cdecl]<nint, byte*>)NativeLibrary.GetExport(ggmlBase, "ggml_backend_dev_description");
        var type = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(ggmlBase, "ggml_backend_dev_type");
        var memory = (delegate* unmanaged[Cdecl]<nint, nuint*, nuint*, void>)NativeLibrary.GetExport(ggmlBase, "ggml_backend_dev_memory");
        var devices = new List<InferenceDevice>();
        for (nuint i = 0; i < count(); i++)
        {
            var device = get(i);
            nuint free, total;
            memory(device, &free, &total);
            // ggml_backend_dev_type: 0 is the CPU, 1 a GPU, 2 an integrated GPU, 3 an accelerator such as BLAS.
            devices.Add(new(Text(name(device)), Text(description(device)), type(device) is 1 or 2, (long)total));
        }

        return devices;
    }

    static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
