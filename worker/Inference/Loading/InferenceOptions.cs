using System.ComponentModel.DataAnnotations;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Loading;

/// <summary>Section <c>Rebase:Inference</c>: how models run on this machine.</summary>
sealed class InferenceOptions
{
    /// <summary>
    /// The runtime that decodes; null takes LLamaSharp, or LlamaCpp where the machine can't load LLamaSharp's files or
    /// <see cref="LlamaDirectory"/> is set.
    /// </summary>
    public InferenceRuntime? Runtime { get; set; }

    /// <summary>Threads that decode the policy; 0 takes half of the cores. Two threads on two busy cores collapse.</summary>
    [Range(0, 512)]
    public int PolicyThreads { get; set; }

    /// <summary>Threads that decode the reward model, and those of an embedding model; 0 takes half of the cores.</summary>
    [Range(0, 512)]
    public int RewardThreads { get; set; }

    /// <summary>
    /// Contexts of each model, over which searches are spread; 0 chooses by the model and the memory. In a single context, attention scans
    /// the cells of every search.
    /// </summary>
    [Range(0, 64)]
    public int Lanes { get; set; }

    /// <summary>KV cells of each model, over all its contexts; 0 chooses by the model and the memory.</summary>
    [Range(0, 1 << 24)]
    public int ContextCells { get; set; }

    /// <summary>Most tokens of one decode call.</summary>
    [Range(1, 1 << 16)]
    public int BatchTokens { get; set; } = 512;

    /// <summary>Sequences that decode at once.</summary>
    [Range(1, 256)]
    public int MaxBranches { get; set; } = 64;

    /// <summary>Sequence ids of a context. Those beyond the running sequences keep prefixes that wait to be continued.</summary>
    [Range(1, 256)]
    public int MaxSequences { get; set; } = 256;

    /// <summary>Layers that go onto the GPU: 0 for none, -1 for all. A GPU that is asked for and not found is an error.</summary>
    [Range(-1, 10_000)]
    public int GpuLayers { get; set; }

    /// <summary>Which GPU holds a model that is not split, from 0.</summary>
    [Range(0, 255)]
    public int MainGpu { get; set; }

    /// <summary>How a model is spread over several GPUs.</summary>
    public GpuSplit GpuSplit { get; set; } = GpuSplit.Layer;

    /// <summary>
    /// Whether attention runs in llama.cpp's fused kernel; unset chooses the faster one by the device and the model's heads.
    /// </summary>
    public bool? FlashAttention { get; set; }

    /// <summary>How keys and values are stored.</summary>
    public KvCacheType KvCacheType { get; set; }

    /// <summary>Models kept loaded at once. One more unloads the one that was idle longest.</summary>
    [Range(1, 64)]
    public int MaxLoadedModels { get; set; } = 4;

    /// <summary>Folder of fetched models; <c>models</c> under the data folder unless set. Absolute once the options are loaded.</summary>
    public string ModelCacheDirectory { get; set; } = "";

    /// <summary>Folder of the files of the runtime LlamaCpp; null for the folder that comes with the build.</summary>
    public string? LlamaDirectory { get; set; }

    /// <summary>Where a model's layers go: <see cref="GpuLayers"/>, <see cref="MainGpu"/> and <see cref="GpuSplit"/>.</summary>
    public GpuPlacement Placement => new(GpuLayers, MainGpu, GpuSplit);
}
