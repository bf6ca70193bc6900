using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.LlamaCpp;

/// <summary>llama_batch: the same 56 bytes in every release so far.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct LlamaBatch
{
    internal int Count;
    internal int* Tokens;
    internal float* Embeddings;
    internal int* Positions;
    internal int* SequenceCounts;
    internal int** Sequences;
    internal sbyte* Outputs;
}
