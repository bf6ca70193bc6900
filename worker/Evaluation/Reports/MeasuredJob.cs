using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>What reports need of an ended job.</summary>
sealed record MeasuredJob
{
    public required long JobId { get; init; }

    public required JobSpec Spec { get; init; }

    public required JobState State { get; init; }

    /// <summary>Equal for two jobs if and only if they have the same questions and gold answers.</summary>
    public required string DatasetKey { get; init; }

    /// <summary>As it was enqueued; null for a job older than that column.</summary>
    public required string? DatasetName { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Problems without a result, of a job that was cancelled.</summary>
    public required int WithoutResult { get; init; }

    /// <summary>Problems whose result is an error; no figure counts them.</summary>
    public required int Failed { get; init; }

    /// <summary>Problems without a gold answer; they are not among <see cref="Problems"/>.</summary>
    public required int Ungraded { get; init; }

    /// <summary>Problems whose search a limit ended.</summary>
    public required int EndedEarly { get; init; }

    public required MeasuredModel Policy { get; init; }

    public required MeasuredModel? Reward { get; init; }

    /// <summary>The versions of the grader that gave the verdicts.</summary>
    public required IReadOnlyList<string> Graders { get; init; }

    /// <summary>What its steps were sampled on; empty for a job that is older than this information.</summary>
    public IReadOnlyList<RunEnvironment> Environments { get; init; } = [];

    /// <summary>Sorted so that two jobs with the same dataset have the same problem at the same place.</summary>
    public required IReadOnlyList<MeasuredProblem> Problems { get; init; }

    /// <summary>The main causes of the missing answers among <see cref="Problems"/>, the most frequent first.</summary>
    public IReadOnlyList<UnansweredRecord> UnansweredCauses =>
    [
        .. Problems.Select(problem => problem.UnansweredBy).OfType<UnansweredRecord>().GroupBy(one => one.Cause)
            .Select(alike => new UnansweredRecord(
                alike.Key, alike.Count(), alike.Sum(one => one.Solutions), alike.Sum(one => one.OfSolutions)))
            .OrderByDescending(cause => cause.Problems).ThenBy(cause => cause.Cause),
    ];

    /// <summary><c>153 of 200: 76.5 % (70.2 to 81.8)</c>, by the job's own vote, with a Wilson interval.</summary>
    public string AccuracyText
    {
        get
        {
            var (right, graded) = (Problems.Count(problem => problem.IsRight), Graded.Count());
            var interval = WilsonInterval.Of(right, graded);
            return NumberText.Accuracy(right, graded, new(graded > 0 ? (double)right / graded : 0, interval.Low, interval.High));
        }
    }

    /// <summary>Those of <see cref="Problems"/> that did not fail: what its accuracy is a share of.</summary>
    public IEnumerable<MeasuredProblem> Graded => Problems.Where(problem => !problem.Failed);
}
