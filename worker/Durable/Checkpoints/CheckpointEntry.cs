using RebaseBatch.Core.Searching;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>A finished and scored step to store.</summary>
sealed record CheckpointEntry(long ProblemId, SearchNode Node);
