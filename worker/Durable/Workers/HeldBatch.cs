namespace RebaseBatch.Durable.Workers;

/// <summary>A batch under a worker's lease.</summary>
/// <param name="Dataset">The file name of the job's dataset; null without a file.</param>
sealed record HeldBatch(long Job, int Batch, string? Dataset);
