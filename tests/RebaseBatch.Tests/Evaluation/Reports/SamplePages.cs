using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.ModelQuality;

namespace RebaseBatch.Tests.Evaluation.Reports;

/// <summary>Pages for the browser, and parts of pages.</summary>
static class SamplePages
{
    /// <summary>With what the policy could and what the scores were worth, as if they had been read.</summary>
    public static ReportContent WithScores(ReportContent content)
    {
        var points = content.Evaluation.OwnPoints.ToList();
        return content with
        {
            Chances = [.. points.Select(point => new PointChance(point, point.Right, point.Accuracy))],
            Calibrations = [.. points.Where(point => point.Series.Reward is not null).Select(point =>
            {
                var (random, sums) = (new Random(point.Width), new CalibrationSums(ScoreAggregation.Last));
                for (var i = 0; i < 30; i++)
                {
                    SolvedStep[] steps =
                    [
                        .. Enumerable.Range(1, 24).Select(no =>
                            new SolvedStep(no, Math.Max(0, no - 4), ((no - 1) / 4) + 1, random.NextDouble())),
                    ];
                    Candidate[] found = [.. steps[20..].Select(step => new Candidate(step.No, "", "4", [step.Score!.Value]))];
                    sums.Add(new(i, Failed: false, found,
                        found.Where(one => random.NextDouble() < one.StepScores[0]).Select(one => one.Node).ToHashSet(), steps));
                }

                return sums.Of(point.Jobs[0], point, point.Series.Reward!.Name);
            })],
        };
    }

    /// <summary>A page with names as long as those of real models.</summary>
    public static string LongNames()
    {
        var jobs = Measured.Sweep().Jobs.Select(job => job with
        {
            Policy = job.Policy with { Name = $"qwen2.5-math-{job.Policy.Name}-instruct-q4" },
            Reward = job.Reward is null ? null : job.Reward with { Name = "math-shepherd-mistral-7b-prm", Sha256 = new('a', 64) },
            Spec = job.Spec with { Name = "nightly-evaluation-of-sizes", Temperature = job.JobId / 10.0, BalanceTemperature = 0.125 },
            Problems = [.. job.Problems.Select((problem, i) => problem with
            {
                Level = (short)((i % 5) + 1), PolicyFlops = 1e9 * problem.PolicyFlops,
                PolicyEvaluatedFlops = 1e9 * problem.PolicyEvaluatedFlops, RewardFlops = 1e9 * problem.RewardFlops,
            })],
        });
        return ReportPage.Of("long names", ReportPageTests.Made,
            [WithScores(new(MeasuredDataset.Of(jobs)[0], [], [ReportPageTests.Tree("plain")]))]);
    }
}
