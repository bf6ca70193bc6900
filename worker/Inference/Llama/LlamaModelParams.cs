using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// llama_model_params of v0.4.0, as far as we set it. It is wider than the real struct, which is passed and returned by value: the callee
/// reads and writes its own part only.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
struct LlamaModelParams
{
    [FieldOffset(16)] public int GpuLayers;
    [FieldOffset(20)] public int SplitMode;
    [FieldOffset(24)] public int LoadMode;
    [FieldOffset(28)] public int LazyMode;
    [FieldOffset(32)] public int MainGpu;
    [FieldOffset(72)] public byte VocabularyOnly;

    // The flags beside it, to see that it is where it should be: check_tensors, use_extra_bufts.
    [FieldOffset(73)] readonly byte _checkTensors;
    [FieldOffset(74)] readonly byte _extraBuffers;

    /// <summary>Whether a fresh default has the values that v0.4.0 gives it.</summary>
    public readonly bool LooksRight => GpuLayers == -1 && SplitMode == 1 && LoadMode == -1 && LazyMode == 1 && MainGpu == 0
        && (VocabularyOnly, _checkTensors, _extraBuffers) == (0, 0, 1);
}
