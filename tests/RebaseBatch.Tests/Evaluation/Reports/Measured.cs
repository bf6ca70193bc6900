using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Reports;

namespace RebaseBatch.Tests.Evaluation.Reports;

/// <summary>Jobs and points as if they had been measured.</summary>
static class Measured
{
    public static readonly MeasuredModel Small = new("small", "aa11", 1000), Large = new("large", "bb22", 5000),
        Reward = new("prm", "cc33", 500);

    public static readonly JobSpec Rebase = new() { Policy = "small", Reward = "prm", Width = 4 };
    public static readonly JobSpec Sampling = Rebase with { Strategy = SearchStrategy.Sampling };
    public static readonly JobSpec Greedy = new()
    {
        Policy = "small", Strategy = SearchStrategy.Greedy, Width = 1, Temperature = 0, Voting = VotingMethod.Majority,
    };

    /// <summary>A job whose votes are all right about the problems marked so; a problem costs 2 × parameters × 10 tokens a width.</summary>
    public static MeasuredJob Job(long id, JobSpec spec, IReadOnlyList<bool> right, MeasuredModel? policy = null)
    {
        var model = policy ?? Small;
        var flops = 20.0 * model.Parameters * spec.Width;
        return new()
        {
            JobId = id,
            Spec = spec,
            State = JobState.Completed,
            DatasetKey = "0123456789abcdef",
            DatasetName = "set.jsonl",
            StartedAt = DateTimeOffset.UnixEpoch,
            FinishedAt = DateTimeOffset.UnixEpoch.AddHours(id),
            WithoutResult = 0,
            Failed = 0,
            Ungraded = 0,
            EndedEarly = 0,
            Policy = model,
            Reward = spec.Reward is null ? null : Reward,
            Graders = ["1"],
            Problems = [.. right.Select((isRight, i) => new MeasuredProblem
            {
                QuestionId = $"q-{i:000}",
                RightVotes = isRight ? VotingRule.AllOf(spec) : [],
                IsRight = isRight,
                PolicyFlops = flops,
                PolicyEvaluatedFlops = 1.5 * flops,
                RewardFlops = spec.Reward is null ? 0 : 3 * flops,
                PolicySeconds = 0.25,
                RewardSeconds = 0.5,
            })],
        };
    }

    /// <summary>The same job, as if these problems had failed.</summary>
    public static MeasuredJob Failing(this MeasuredJob job, params int[] failed) => job with
    {
        Failed = failed.Length,
        Problems = [.. job.Problems.Select((problem, i) => failed.Contains(i)
            ? problem with { Failed = true, IsRight = false, RightVotes = [], PolicyFlops = 0, PolicyEvaluatedFlops = 0, RewardFlops = 0 }
            : problem)],
    };

    public static IReadOnlyList<bool> Some(int problems, int seed, double share)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, problems).Select(_ => random.NextDouble() < share)];
    }

    /// <summary>Points of any cost and accuracy.</summary>
    public static MeasuredPoint Point(double cost, double accuracy, IReadOnlyList<double?>? shares = null) => new(
        new(Small, Reward, Rebase, new(VotingMethod.Weighted, ScoreAggregation.Last)), 4, [1], true, shares ?? [], cost, 2 * cost,
        new(accuracy, accuracy, accuracy))
    {
        Tallies = [.. (shares ?? []).Select(share => share is { } known ? ((int)known, 1) : (0, 0))],
    };

    /// <summary>Two policies by three strategies and several widths.</summary>
    public static MeasuredDataset Sweep(string name = "set.jsonl", int problems = 24)
    {
        var jobs = new List<MeasuredJob>();
        foreach (var policy in new[] { Small, Large })
        {
            jobs.Add(Job(jobs.Count + 1, Greedy, Some(problems, jobs.Count, 0.4), policy));
            foreach (var width in new[] { 4, 16 })
            {
                jobs.Add(Job(jobs.Count + 1, Rebase with { Width = width }, Some(problems, jobs.Count, 0.8), policy));
                jobs.Add(Job(jobs.Count + 1, Sampling with { Width = width }, Some(problems, jobs.Count, 0.6), policy));
            }
        }

        return MeasuredDataset.Of(jobs.Select(job => job with { DatasetName = name }))[0];
    }
}
