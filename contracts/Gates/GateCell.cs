namespace RebaseBatch.Contracts.Gates;

/// <summary>
/// What a gate says of one cell: a dataset, models and settings. All seeds that both runs have are in it. Shares are of the compared
/// problems, 0 to 1.
/// </summary>
public sealed record GateCell
{
    /// <summary>The cell in words, such as "tiny-math-policy-s rebase 16 on arithmetic-test".</summary>
    public required string Title { get; init; }

    public required CellTier Tier { get; init; }

    public required GateAnswer Answer { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The baseline's jobs, one for each seed.</summary>
    public required IReadOnlyList<long> BaselineJobs { get; init; }

    /// <summary>The run's jobs, in the same order; empty if there is nothing that can be paired with the baseline.</summary>
    public required IReadOnlyList<long> RunJobs { get; init; }

    /// <summary>Seeds of the baseline that are not compared though others are, a line each. <see cref="Reason"/> has them too.</summary>
    public IReadOnlyList<string> MissingSeeds { get; init; } = [];

    /// <summary>Problems that were graded in both runs.</summary>
    public int Problems { get; init; }

    /// <summary>Seeds that both runs have.</summary>
    public int Seeds { get; init; }

    /// <summary>Answers to problems with a gold answer that failed in either run, over all seeds; they are not compared.</summary>
    public int LeftOut { get; init; }

    /// <summary>Accuracy in the baseline; null if nothing was compared, like all that follows.</summary>
    public double? Before { get; init; }

    /// <summary>Accuracy in the run.</summary>
    public double? After { get; init; }

    /// <summary>The lower end of the 95 % interval of After - Before, clustered by problem.</summary>
    public double? ChangeLow { get; init; }

    /// <summary>The upper end.</summary>
    public double? ChangeHigh { get; init; }

    /// <summary>
    /// By how many right answers the baseline is ahead, over the problems where it is. With one seed: problems that only the baseline
    /// solved. With several, seeds of a problem that changed in both directions cancel each other out.
    /// </summary>
    public int Lost { get; init; }

    /// <summary>The same for the run.</summary>
    public int Won { get; init; }

    /// <summary>The one-sided chance of so great a drop if the run is not worse.</summary>
    public double? P { get; init; }

    /// <summary>The same after Holm's correction over the critical cells; of an advisory cell equal to <see cref="P"/>.</summary>
    public double? AdjustedP { get; init; }

    /// <summary>The smallest drop that this comparison sees with the policy's power, at Holm's first step.</summary>
    public double? SmallestDrop { get; init; }

    /// <summary>The tolerated drop as a share of the problems, the relative one included.</summary>
    public double? MaxDrop { get; init; }

    /// <summary>How many problems would be needed to see <see cref="MaxDrop"/>; null if there are enough.</summary>
    public int? ProblemsNeeded { get; init; }
}
