using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Jobs;

/// <summary>One line of the list of jobs.</summary>
sealed record JobRow
{
    public required long JobId { get; init; }

    /// <summary>Null: <see cref="Unreadable"/> says why.</summary>
    public required JobSpec? Spec { get; init; }

    /// <summary>Why this version can't read the job's settings; null if it can.</summary>
    public required string? Unreadable { get; init; }

    public required JobState State { get; init; }
    public required bool CancelRequested { get; init; }
    public required int Problems { get; init; }

    /// <summary>Problems with a committed result, the failed ones included.</summary>
    public required int Answered { get; init; }

    /// <summary>Problems whose result is an error.</summary>
    public required int Failed { get; init; }

    /// <summary>Problems to which the job's own vote has no answer, the failed ones not included.</summary>
    public int Unanswered { get; init; }

    /// <summary>The dataset's file name; null without a file.</summary>
    public string? DatasetName { get; init; }

    public TagSet Tags { get; init; } = TagSet.None;

    public required PinnedWeights Pinned { get; init; }

    /// <summary>As it is now: it may differ from the one that the job was enqueued with.</summary>
    public int Priority { get; init; }

    /// <inheritdoc cref="Contracts.JobSpec.Team"/>
    public string? Team { get; init; }

    public bool IsPaused { get; init; }

    /// <summary>The jobs that it waits for and that have not ended.</summary>
    public IReadOnlyList<long> WaitsFor { get; init; } = [];

    public required DateTimeOffset EnqueuedAt { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? FinishedAt { get; init; }
}
