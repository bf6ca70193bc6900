namespace RebaseBatch.Inference.Scheduling;

/// <summary>A sequence's part of a batch.</summary>
/// <param name="Tokens">Tokens of it that the batch carries, at least one.</param>
/// <param name="Output">
/// Index of the batch entry with the output that the sequence continues from; -1 while its prefix is not complete.
/// </param>
readonly record struct PlannedSequence(DecodeSequence Sequence, int Tokens, int Output);
