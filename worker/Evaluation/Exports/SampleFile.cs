namespace RebaseBatch.Evaluation.Exports;

/// <summary>A file of samples that was written.</summary>
/// <param name="Rows">Its lines.</param>
/// <param name="Sha256">Of its bytes, lower-case hex.</param>
sealed record SampleFile(int Rows, string Sha256);
