namespace RebaseBatch.Inference.Embeddings;

/// <summary>A text that waits to be embedded.</summary>
sealed class EmbeddingRequest(int[] tokens, CancellationToken ct)
{
    readonly TaskCompletionSource<TextEmbedding> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int[] Tokens { get; } = tokens;

    public bool IsCancelled => ct.IsCancellationRequested;

    public Task<TextEmbedding> Result => _result.Task;

    public void End(TextEmbedding embedding) => _result.TrySetResult(embedding);

    /// <summary>
    /// A cancelled request always ends as cancelled, even when the engine failed as well: when a worker stops, the end of its engines must
    /// not count as the failure of a problem.
    /// </summary>
    public void Fail(Exception reason)
    {
        if (ct.IsCancellationRequested) _result.TrySetCanceled(ct);
        else _result.TrySetException(reason);
    }
}
