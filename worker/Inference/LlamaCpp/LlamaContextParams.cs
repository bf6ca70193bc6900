using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.LlamaCpp;

/// <summary>llama_context_params of v0.4.0 (160 bytes), as far as we set or check it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
struct LlamaContextParams
{
    [FieldOffset(0)] internal uint Context;
    [FieldOffset(4)] internal uint Batch;
    [FieldOffset(8)] internal uint MicroBatch;
    [FieldOffset(12)] internal uint MaxSequences;
    [FieldOffset(20)] internal uint MaxOutputs;
    [FieldOffset(24)] internal uint MaxOutputsPerSequence;
    [FieldOffset(28)] internal int Threads;
    [FieldOffset(32)] internal int BatchThreads;
    [FieldOffset(40)] internal int RopeScaling;
    [FieldOffset(44)] internal int Pooling;
    [FieldOffset(48)] internal int Attention;
    [FieldOffset(52)] internal int FlashAttention;
    [FieldOffset(104)] internal int KeyType;
    [FieldOffset(108)] internal int ValueType;
    [FieldOffset(128)] internal byte Embeddings;
    [FieldOffset(129)] internal byte OffloadKqv;
    [FieldOffset(130)] internal byte NoPerf;
    [FieldOffset(131)] internal byte OpOffload;
    [FieldOffset(132)] internal byte SwaFull;
    [FieldOffset(133)] internal byte KvUnified;

    /// <summary>Whether a fresh default has the values that v0.4.0 gives it.</summary>
    internal readonly bool LooksRight =>
        (Context, Batch, MicroBatch, MaxSequences, MaxOutputs, MaxOutputsPerSequence) == (512, 2048, 512, 1, 0, 1)
        && (Threads, BatchThreads) == (4, 4)
        && (RopeScaling, Pooling, Attention, FlashAttention) == (-1, -1, -1, -1)
        && (KeyType, ValueType) == (1, 1)
        && (Embeddings, OffloadKqv, NoPerf, OpOffload, SwaFull, KvUnified) == (0, 1, 1, 1, 1, 0);
}
