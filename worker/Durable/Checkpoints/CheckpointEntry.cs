using RebaseBatch.Core.Searching;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>One finished and scored step that is due to be stored.</summary>
sealed record CheckpointEntry(long ProblemId, SearchNode Node);
