using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>What a stop at a confidence saved, and which answers it changed.</summary>
/// <param name="Stopped">Searches that ended so.</param>
/// <param name="Searches">All searches that did not fail.</param>
/// <param name="SavedTokens">The estimate of what the policy did not have to sample.</param>
sealed record EarlyStopEffect(int Stopped, int Searches, long SavedTokens)
{
    /// <summary>The same sampling without the stop, problem by problem; null if no such job is there.</summary>
    public StopComparison? Comparison { get; private init; }

    /// <summary>Null for a job that does not stop at a confidence.</summary>
    /// <param name="jobs">Among which the same job without the stop is looked for: the newest counts.</param>
    public static EarlyStopEffect? Of(MeasuredJob job, IEnumerable<MeasuredJob> jobs)
    {
        if (job.Spec.StopAtConfidence is null) return null;
        var graded = job.Graded.ToList();
        return new(graded.Count(problem => problem.EndedBy == DecidedVote.Confident), graded.Count,
            graded.Sum(problem => problem.SavedTokens))
        {
            Comparison = jobs.LastOrDefault(other => IsWithoutStop(other, job)) is { } whole ? StopComparison.Of(job, whole) : null,
        };
    }

    /// <summary>In a sentence.</summary>
    public string TextOf(MeasuredJob job) => string.Create(CultureInfo.InvariantCulture,
        $"job {job.JobId}: {Stopped} of {Searches} searches stopped at confidence {job.Spec.StopAtConfidence}, which saved about ")
        + $"{HumanText.Of(SavedTokens)} tokens of the policy{(Comparison is null ? "" : $"; {Comparison.Text}")}";

    // A search that stops draws the same numbers as one that does not: what it sampled is a part of what the other sampled.
    static bool IsWithoutStop(MeasuredJob other, MeasuredJob job) =>
        other.Spec is { StopAtConfidence: null, StopWhenDecided: false } && other.EndedEarly == 0
        && other.Spec.Width == job.Spec.Width && other.Spec.Seed == job.Spec.Seed && other.DatasetKey == job.DatasetKey
        && other.Problems.Count == job.Problems.Count && LineOf(other) == LineOf(job);

    static Series LineOf(MeasuredJob job)
    {
        var line = Series.Of(job, new(VotingMethod.Majority, null));
        return line with { Settings = line.Settings with { StopAtConfidence = null } };
    }
}
