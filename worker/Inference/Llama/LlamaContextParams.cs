using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>llama_context_params of v0.4.0 (160 bytes), as far as we set or check it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
struct LlamaContextParams
{
    [FieldOffset(0)] public uint Context;
    [FieldOffset(4)] public uint Batch;
    [FieldOffset(8)] public uint MicroBatch;
    [FieldOffset(12)] public uint MaxSequences;
    [FieldOffset(20)] public uint MaxOutputs;
    [FieldOffset(24)] public uint MaxOutputsPerSequence;
    [FieldOffset(28)] public int Threads;
    [FieldOffset(32)] public int BatchThreads;
    [FieldOffset(40)] public int RopeScaling;
    [FieldOffset(44)] public int Pooling;
    [FieldOffset(48)] public int Attention;
    [FieldOffset(52)] public int FlashAttention;
    [FieldOffset(88)] public nint OnNode;
    [FieldOffset(96)] public nint OnNodeState;
    [FieldOffset(104)] public int KeyType;
    [FieldOffset(108)] public int ValueType;
    [FieldOffset(128)] public byte Embeddings;
    [FieldOffset(129)] public byte OffloadKqv;
    [FieldOffset(130)] public byte NoPerf;
    [FieldOffset(131)] public byte OpOffload;
    [FieldOffset(132)] public byte SwaFull;
    [FieldOffset(133)] public byte KvUnified;

    /// <summary>Whether a fresh default has the values that v0.4.0 gives it.</summary>
    public readonly bool LooksRight =>
        (Context, Batch, MicroBatch, MaxSequences, MaxOutputs, MaxOutputsPerSequence) == (512, 2048, 512, 1, 0, 1)
        && (Threads, BatchThreads) == (4, 4)
        && (RopeScaling, Pooling, Attention, FlashAttention) == (-1, -1, -1, -1)
        && (OnNode, OnNodeState) == (0, 0)
        && (KeyType, ValueType) == (1, 1)
        && (Embeddings, OffloadKqv, NoPerf, OpOffload, SwaFull, KvUnified) == (0, 1, 1, 1, 1, 0);
}
