using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Environments;
using RebaseBatch.Evaluation.Sweeps;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>One cell of a baseline (its problems, settings and models by name) and the run's result for it.</summary>
sealed record BaselineCell
{
    public required JobSpec Spec { get; init; }

    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Completed.</summary>
    public required long BaselineJob { get; init; }

    /// <summary>Null: the run has no such cell. If the results were already in the database, the run has the baseline's own jobs.</summary>
    public required long? RunJob { get; init; }

    /// <summary>Whether that job completed; otherwise it was cancelled.</summary>
    public required bool RunCompleted { get; init; }

    /// <summary>Problems that were graded in both; none that failed in either.</summary>
    public required int Graded { get; init; }

    /// <summary>Problems with a gold answer that failed in the run, in the baseline, or in both.</summary>
    public int LeftOut { get; init; }

    /// <summary>How many of <see cref="Graded"/> are right in the baseline.</summary>
    public required int Before { get; init; }

    /// <summary>Right in the run.</summary>
    public required int After { get; init; }

    /// <summary>Right in the baseline only.</summary>
    public required int Lost { get; init; }

    /// <summary>Right in the run only.</summary>
    public required int Won { get; init; }

    /// <summary>What the baseline's job ran on; empty when that is not known.</summary>
    public IReadOnlyList<RunEnvironment> BaselineRanOn { get; init; } = [];

    /// <summary>The same of the run's job.</summary>
    public IReadOnlyList<RunEnvironment> RunRanOn { get; init; } = [];

    /// <summary>In what the two jobs' machines and weights differ, one line each.</summary>
    public IReadOnlyList<string> Differences => RanOn.Differences(
        [new("baseline", Spec.Policy, Spec.Reward, BaselineRanOn), new("run", Spec.Policy, Spec.Reward, RunRanOn)]);

    /// <summary>Why there is nothing to compare; null if there is something.</summary>
    public string? Gap => RunJob is null ? "the run has no cell with the same problems, settings and models"
        : !RunCompleted ? $"the run's job {RunJob} was cancelled"
        : FailedShare.IsTooLarge(LeftOut, Graded + LeftOut)
            ? $"{LeftOut} of {Graded + LeftOut} problems failed in the run or in the baseline, more than a tenth"
        : Graded == 0 ? "none of its problems has a gold answer"
        : null;

    /// <summary>Whether the run uses the baseline's own job for this cell: the results are equal, and there is nothing to test.</summary>
    public bool IsSameJob => RunJob == BaselineJob;

    /// <summary>The probability of so few wins among the discordant problems if neither is better (McNemar, one-sided).</summary>
    public double ChanceOfLoss => new PairedTest(Lost, Won).SecondIsWorse;

    /// <summary>The cell in words.</summary>
    public string Title => $"{new PlannedJob(0, Spec).Title} on {Dataset}{(Spec.Seed == 0 ? "" : $", seed {Spec.Seed}")}";

    public string Complaint => string.Create(CultureInfo.InvariantCulture,
        $"{Title}: {100.0 * After / Graded:F1} % right, {100.0 * Before / Graded:F1} % in the baseline ({Lost} of {Graded} problems lost, "
            + $"{Won} won, p = {ChanceOfLoss:G2}{(LeftOut == 0 ? "" : $", {LeftOut} failed and left out")})");
}
