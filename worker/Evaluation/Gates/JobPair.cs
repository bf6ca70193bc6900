using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>What two runs have of the same problems, settings (the seed included) and models' names.</summary>
sealed record JobPair
{
    /// <summary>Right in neither run, in the baseline only, in the run only, in both; failed in either; not graded.</summary>
    public const char Neither = '0', OnlyBaseline = '1', OnlyRun = '2', Both = '3', Failed = 'f', Ungraded = '-';

    public required JobSpec Spec { get; init; }

    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Hash of its problems.</summary>
    public required string DatasetSha256 { get; init; }

    /// <summary>Null: the baseline has no such cell.</summary>
    public required long? BaselineJob { get; init; }

    /// <summary>Whether that job completed.</summary>
    public required bool BaselineCompleted { get; init; }

    /// <summary>Null: the run has no such cell. If the results were already in the database, the run has the baseline's own jobs.</summary>
    public required long? RunJob { get; init; }

    public required bool RunCompleted { get; init; }

    /// <summary>The place of the baseline's job in its sweep; null without one.</summary>
    public int? BaselinePlace { get; init; }

    public DateTime? RunFinishedAt { get; init; }

    /// <summary>Whether the run's job was there before the run: the run did nothing for it.</summary>
    public bool RunIsOld { get; init; }

    /// <summary>
    /// One of the letters above for each problem with a gold answer, in the dataset's order; empty unless both jobs completed.
    /// </summary>
    public required string Problems { get; init; }

    /// <summary>What the baseline's job ran on; empty when that is not known.</summary>
    public IReadOnlyList<RunEnvironment> BaselineRanOn { get; init; } = [];

    /// <summary>The same of the run's job.</summary>
    public IReadOnlyList<RunEnvironment> RunRanOn { get; init; } = [];

    /// <summary>The versions of the grader of the baseline's answers; empty when they are not known.</summary>
    public IReadOnlyList<string> BaselineGraders { get; init; } = [];

    /// <summary>The same of the run's answers.</summary>
    public IReadOnlyList<string> RunGraders { get; init; } = [];

    public bool IsPaired => BaselineCompleted && RunCompleted;

    /// <summary>Whether the run has the baseline's own job: the results are equal, and there is nothing to test.</summary>
    public bool IsSameJob => BaselineJob == RunJob;

    /// <summary>Whether the run has results that were there before it, of the baseline or of another run.</summary>
    public bool IsRepeated => IsPaired && (IsSameJob || RunIsOld);
}
