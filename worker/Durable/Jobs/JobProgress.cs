using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Where a job stands.</summary>
sealed record JobProgress
{
    public required long JobId { get; init; }

    /// <summary>Null: <see cref="Unreadable"/> says why.</summary>
    public required JobSpec? Spec { get; init; }

    /// <summary>Why this version can't read the job's settings; null if it can.</summary>
    public string? Unreadable { get; init; }

    /// <summary>The dataset's file name; null without a file.</summary>
    public string? DatasetName { get; init; }

    /// <summary>Its whole path, or its address without the query; null without a file, and for an older job.</summary>
    public string? DatasetPath { get; init; }

    public TagSet Tags { get; init; } = TagSet.None;

    public required JobState State { get; init; }
    public required bool CancelRequested { get; init; }
    public required BatchCounts Batches { get; init; }
    public required int Problems { get; init; }

    /// <summary>Problems with a committed result, the failed ones included.</summary>
    public required int Answered { get; init; }

    /// <summary>Problems whose search has ended, and whose batch still has to commit their results.</summary>
    public int Searched { get; init; }

    /// <summary>Problems of which nothing is left to do but to commit.</summary>
    public int Done => Answered + Searched;

    /// <summary>Searches that have begun and have not ended.</summary>
    public int OpenSearches { get; init; }

    /// <summary>Sampled tokens of the <see cref="OpenSearches"/>.</summary>
    public long OpenTokens { get; init; }

    /// <summary>Problems whose result is an error.</summary>
    public required int Failed { get; init; }

    /// <summary>Problems to which the job's own vote has no answer, the failed ones not included.</summary>
    public int Unanswered { get; init; }

    /// <summary>The main causes of the missing answers, the most frequent first.</summary>
    public IReadOnlyList<UnansweredRecord> UnansweredCauses { get; init; } = [];

    /// <summary>Graded answers that are right, by the job's own voting method.</summary>
    public required int Correct { get; init; }

    /// <summary>Committed answers of problems with a gold answer, without the failed ones.</summary>
    public required int Graded { get; init; }

    /// <summary>Stored steps, of unfinished searches too.</summary>
    public required long Nodes { get; init; }

    /// <summary>Policy tokens of the stored steps.</summary>
    public required long SampledTokens { get; init; }

    /// <summary>Sum of the searches' active times.</summary>
    public required double SearchSeconds { get; init; }

    /// <inheritdoc cref="JobRow.Priority"/>
    public int Priority { get; init; }

    /// <inheritdoc cref="JobRow.Team"/>
    public string? Team { get; init; }

    public bool IsPaused { get; init; }

    /// <summary>Whether the whole queue is paused.</summary>
    public bool IsQueuePaused { get; init; }

    /// <summary>How often a search was begun anew because its stored steps could not be continued.</summary>
    public int Restarts { get; init; }

    /// <summary>How often a batch was given back because the database had lost commits.</summary>
    public int Rewinds { get; init; }

    /// <summary>Ids of the workers that hold a batch of it.</summary>
    public required IReadOnlyList<string> Workers { get; init; }

    /// <summary>The first failed problem's error; without one, the last error of the first batch that has one.</summary>
    public required string? OldestError { get; init; }

    /// <summary>Batches (and the job's summary) whose result files are still to be written.</summary>
    public required int PendingFiles { get; init; }

    /// <summary>Why the last attempt to write one of its files failed; null if none failed or all are written.</summary>
    public string? FilesError { get; init; }

    /// <summary>How many workers of this database run; null if nobody counted them.</summary>
    public int? RunningWorkers { get; init; }

    /// <summary>Waiting batches of other jobs that are due before the first of a job that no worker has.</summary>
    public int BatchesAhead { get; init; }

    /// <summary>The jobs of <see cref="BatchesAhead"/>.</summary>
    public int JobsAhead { get; init; }

    /// <summary>Why none of the running workers can serve the job; null when one can, holds a batch of it, or none runs.</summary>
    public string? UnservedBecause { get; init; }

    /// <summary>The jobs that it waits for and that have not ended.</summary>
    public IReadOnlyList<long> WaitsFor { get; init; } = [];

    public required DateTimeOffset EnqueuedAt { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Nothing is left to do, files included.</summary>
    public bool Ended => State is JobState.Completed or JobState.Cancelled && PendingFiles == 0;
}
