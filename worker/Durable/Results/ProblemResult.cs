using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Results;

/// <summary>What a search gave. The records' ids, question and gold answer are taken from the tables, whatever they say here.</summary>
sealed record ProblemResult(long ProblemId, AnswerRecord Answer, UsageRecord Usage);
