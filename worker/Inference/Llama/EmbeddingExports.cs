using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>The functions of llama.cpp that embedding takes beside those of <see cref="LlamaExports"/>.</summary>
sealed unsafe class EmbeddingExports
{
    /// <summary>Context and sequence; the vector of the sequence in the last call, or null.</summary>
    public required delegate* unmanaged[Cdecl]<nint, int, float*> OfSequence { get; init; }

    /// <summary>Empties a memory. The memory of an encoder is null, and then it does nothing.</summary>
    public required delegate* unmanaged[Cdecl]<nint, byte, void> Clear { get; init; }

    /// <summary>Numbers of a model's vector: some models have a layer behind the pooling.</summary>
    public required delegate* unmanaged[Cdecl]<nint, int> Width { get; init; }

    /// <param name="llama">Handle of a loaded libllama.</param>
    /// <exception cref="EntryPointNotFoundException">The file lacks one of them.</exception>
    public static EmbeddingExports Of(nint llama) => new()
    {
        OfSequence = (delegate* unmanaged[Cdecl]<nint, int, float*>)NativeLibrary.GetExport(llama, "llama_get_embeddings_seq"),
        Clear = (delegate* unmanaged[Cdecl]<nint, byte, void>)NativeLibrary.GetExport(llama, "llama_memory_clear"),
        Width = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(llama, "llama_model_n_embd_out"),
    };
}
