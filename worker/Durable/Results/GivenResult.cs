namespace RebaseBatch.Durable.Results;

/// <summary>A result on its way into the tables, with its batch.</summary>
readonly record struct GivenResult(long BatchId, ProblemResult Result);
