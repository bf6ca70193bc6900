namespace RebaseBatch.Inference.Scheduling;

/// <summary>A sequence's part of a batch.</summary>
/// <param name="Tokens">Tokens of it that the batch carries, at least one.</param>
/// <param name="Output">Index of the batch entry whose output the sequence goes on from; -1 when its prefix is not at its end.</param>
readonly record struct PlannedSequence(DecodeSequence Sequence, int Tokens, int Output);
