namespace RebaseBatch.Benchmarks.Models;

/// <summary>Shape of a random model.</summary>
sealed record RandomModelSize(int Width, int Layers, int FeedForward, int Vocabulary, int HeadSize, int Context)
{
    /// <summary>About 110 million weights, with the vocabulary of Llama 2 and Mistral.</summary>
    public static readonly RandomModelSize M110 = new(768, 12, 2048, 32_000, 64, 4096);

    /// <summary>Weights in matrices, the embedding shared with the output.</summary>
    public long Parameters => (long)Vocabulary * Width + Layers * (4L * Width * Width + 3L * Width * FeedForward);
}
