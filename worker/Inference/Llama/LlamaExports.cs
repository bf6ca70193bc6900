using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// The functions of llama.cpp that each decode call needs, taken from the very file that holds the context. LLamaSharp's own way to them
/// takes one lock a process around every decode.
/// </summary>
sealed unsafe class LlamaExports
{
    public required delegate* unmanaged[Cdecl]<nint, LlamaBatch, int> Decode { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, int, float*> Logits { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, nint> Memory { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, int, int, int, int, void> CopySequence { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, int, int, int, byte> RemoveSequence { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, int, int, void> SetThreads { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, int, nuint> StateBytes { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, byte*, nuint, int, nuint> SaveState { get; init; }
    public required delegate* unmanaged[Cdecl]<nint, byte*, nuint, int, nuint> LoadState { get; init; }

    /// <param name="llama">Handle of a loaded libllama.</param>
    /// <exception cref="EntryPointNotFoundException">The file lacks one of them.</exception>
    public static LlamaExports Of(nint llama) => new()
    {
        Decode = (delegate* unmanaged[Cdecl]<nint, LlamaBatch, int>)NativeLibrary.GetExport(llama, "llama_decode"),
        Logits = (delegate* unmanaged[Cdecl]<nint, int, float*>)NativeLibrary.GetExport(llama, "llama_get_logits_ith"),
        Memory = (delegate* unmanaged[Cdecl]<nint, nint>)NativeLibrary.GetExport(llama, "llama_get_memory"),
        CopySequence =
            (delegate* unmanaged[Cdecl]<nint, int, int, int, int, void>)NativeLibrary.GetExport(llama, "llama_memory_seq_cp"),
        RemoveSequence = (delegate* unmanaged[Cdecl]<nint, int, int, int, byte>)NativeLibrary.GetExport(llama, "llama_memory_seq_rm"),
        SetThreads = (delegate* unmanaged[Cdecl]<nint, int, int, void>)NativeLibrary.GetExport(llama, "llama_set_n_threads"),
        StateBytes = (delegate* unmanaged[Cdecl]<nint, int, nuint>)NativeLibrary.GetExport(llama, "llama_state_seq_get_size"),
        SaveState =
            (delegate* unmanaged[Cdecl]<nint, byte*, nuint, int, nuint>)NativeLibrary.GetExport(llama, "llama_state_seq_get_data"),
        LoadState =
            (delegate* unmanaged[Cdecl]<nint, byte*, nuint, int, nuint>)NativeLibrary.GetExport(llama, "llama_state_seq_set_data"),
    };
}
