using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>llama_batch: the same 56 bytes in every release so far.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct LlamaBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;
    public sbyte* Outputs;
}
