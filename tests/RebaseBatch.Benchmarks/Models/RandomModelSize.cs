namespace RebaseBatch.Benchmarks.Models;

/// <summary>Shape of a random model.</summary>
sealed record RandomModelSize(int Width, int Layers, int FeedForward, int Vocabulary, int HeadSize, int Context)
{
    /// <summary>About 110 million weights, with the vocabulary of Llama 2 and Mistral.</summary>
    public static readonly RandomModelSize M110 = new(768, 12, 2048, 32_000, 64, 4096);

    /// <summary>Qwen2.5-0.5B: 494 million weights, of which the embedding has 136 million.</summary>
    public static readonly RandomModelSize Qwen500M = new(896, 24, 4864, 151_936, 64, 32_768) { KvHeads = 2, IsQwen = true };

    /// <summary>
    /// Qwen2.5-1.5B, as in Skywork-o1-Open-PRM-Qwen-2.5-1.5B: 1,544 million weights, of which the embedding has 233 million.
    /// </summary>
    public static readonly RandomModelSize Qwen1500M = new(1536, 28, 8960, 151_936, 128, 32_768) { KvHeads = 2, IsQwen = true };

    public int Heads => Width / HeadSize;

    /// <summary>Heads of keys and values, which several heads of queries may share.</summary>
    public int KvHeads { get; init; } = Width / HeadSize;

    /// <summary>Of the architecture qwen2, with its biases and a vocabulary like its own; else of the architecture llama.</summary>
    public bool IsQwen { get; init; }

    /// <summary>Weights in matrices, the embedding shared with the output.</summary>
    public long Parameters => (long)Vocabulary * Width
        + Layers * (2L * Width * Width + 2L * Width * KvHeads * HeadSize + 3L * Width * FeedForward);
}
