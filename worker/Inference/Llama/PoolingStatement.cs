namespace RebaseBatch.Inference.Llama;

/// <summary>Whether a file says how its embeddings are pooled.</summary>
static class PoolingStatement
{
    /// <param name="metadata">Reads a metadata value of the file; null where there is none.</param>
    public static bool IsIn(Func<string, string?> metadata) =>
        metadata($"{metadata("general.architecture")}.pooling_type") is { } pooling and not ("0" or "-1") && pooling.Length > 0;
}
