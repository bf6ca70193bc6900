namespace RebaseBatch.Durable.Results;

/// <summary>A canonical result file.</summary>
/// <param name="BatchNo">0 for the job's summary.</param>
/// <param name="Kind">answers, usage or summary.</param>
/// <param name="Name">Relative to the store's location.</param>
/// <param name="Sha256">Hash of the content, in lower-case hex.</param>
sealed record BlobRow(int BatchNo, string Kind, string Name, string Sha256, long Bytes);
