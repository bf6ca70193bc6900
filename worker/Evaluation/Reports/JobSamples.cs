using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>The samples of a sampling job's problems that are answered and have a gold answer; failed problems are left out.</summary>
sealed class JobSamples
{
    readonly List<SampledProblem> _problems = [];
    int _withoutGold, _failed, _endedEarly, _otherGrader;

    JobSamples(long jobId, JobTotals totals) => (JobId, Totals) = (jobId, totals);

    public long JobId { get; }

    public JobTotals Totals { get; }

    public JobSpec Spec => Totals.Spec;

    public bool Scored => Spec.Reward is not null;

    public IReadOnlyList<SampledProblem> Problems => _problems;

    /// <exception cref="UserException">NotFound: no such job. BadInput: its solutions are not independent samples, or none can be
    /// graded.</exception>
    public static async Task<JobSamples> ReadAsync(ResultQueries results, long jobId, CancellationToken ct)
    {
        var samples = new JobSamples(jobId, await results.TotalsAsync(jobId, ct) ?? throw NotFound.Job(jobId));
        if (samples.Spec.Strategy is not SearchStrategy.Sampling) throw NotSampled(jobId, samples.Spec.Strategy);
        if (samples.Spec.StopAtConfidence is { } confidence)
            throw new UserException(ExitCode.BadInput, string.Create(CultureInfo.InvariantCulture,
                $"job {jobId} stops at confidence {confidence}: it has the fewer samples the more they agree, so it can't show what more ")
                + "samples would bring; enqueue the problems without --stop-at-confidence");
        await foreach (var answer in results.AnswersAsync(jobId, ct: ct)) samples.Add(answer);
        var failed = samples._failed > 0 ? $" ({Count(samples._failed)} failed)" : "";
        if (samples.Problems.Count == 0)
            throw new UserException(ExitCode.BadInput,
                $"job {jobId} has no answered problem with a gold answer{failed}, so no vote can be graded: wait for answers, "
                    + $"solve failed problems again with 'rebase jobs retry {jobId}', or enqueue a dataset with gold answers");
        return samples;
    }

    /// <summary>What a reader of the figures should know about these samples.</summary>
    public IEnumerable<string> Remarks()
    {
        if (_withoutGold > 0) yield return $"{Count(_withoutGold)} without a gold answer left out";
        if (Totals.Answered < Totals.Problems) yield return $"{Count(Totals.Problems - Totals.Answered)} not answered yet, left out";
        if (_failed > 0) yield return $"{Count(_failed)} failed, left out";
        if (_endedEarly > 0)
            yield return $"{Count(_endedEarly)} ended early by a limit: unfinished samples count as samples without an answer";
        if (_otherGrader > 0)
            yield return $"{Count(_otherGrader)} graded by another version than {Grader.Version}, which made these figures: 'rebase "
                + $"results regrade {JobId}' grades the stored votes again";
    }

    static string Count(int problems) => problems == 1 ? "1 problem" : $"{problems} problems";

    void Add(AnswerRecord answer)
    {
        if (answer.GoldAnswer is null)
        {
            _withoutGold++;
            return;
        }
        if (answer.Error is not null)
        {
            _failed++;
            return;
        }
        if (answer.EndedBy is not null) _endedEarly++;
        if (answer.GraderVersion is not null && answer.GraderVersion != Grader.Version) _otherGrader++;
        // Only the answers are kept: a big job's texts would fill the memory.
        _problems.Add(SampledProblem.Of([.. answer.Candidates.Select(c => new Candidate(c.Node, c.Text, c.Answer, c.StepScores))],
            answer.GoldAnswer, Spec.Aggregation, Tolerance.Of(answer.Tolerance ?? Spec.Tolerance?.ToString(CultureInfo.InvariantCulture))));
    }

    static UserException NotSampled(long jobId, SearchStrategy strategy) => new(ExitCode.BadInput,
        $"job {jobId} has the strategy {SeriesNames.Name(strategy)}: "
        + (strategy is SearchStrategy.Greedy
            ? "its one solution is not a sample of the policy" : "the leaves of a tree are not independent samples")
        + ", so it can't show what more samples would bring; enqueue the problems with --strategy sampling");
}
