using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>Reads, for a report, what the policy could and what the reward model's scores were worth.</summary>
static class ModelQualityReader
{
    /// <returns>A chance for each search of the figures; a calibration for each policy, reward model and strategy, by its widest
    /// job.</returns>
    public static async Task<(IReadOnlyList<PointChance> Chances, IReadOnlyList<ScoreCalibration> Calibrations)> ReadAsync(
        NpgsqlDataSource db, MeasuredDataset evaluation, CancellationToken ct)
    {
        var queries = new SolvedQueries(db);
        var jobs = evaluation.Jobs.ToDictionary(job => job.JobId);
        var points = evaluation.OwnPoints.ToList();
        // A greedy job has one solution for each problem: there is nothing to rank.
        var scored = points.Where(point => point.Series.Strategy is not SearchStrategy.Greedy && jobs[point.Jobs[^1]].Reward is not null)
            .GroupBy(point => (point.Series.Policy, jobs[point.Jobs[^1]].Reward, evaluation.Names.StrategyOf(point.Series)))
            .Select(alike => alike.MaxBy(point => point.Width)!.Jobs[^1]).ToHashSet();
        var (calibrations, found) = (new List<ScoreCalibration>(), new List<(MeasuredPoint Point, int Right, double?[] Shares)>());
        foreach (var point in points)
        {
            var (any, graded) = (new int[evaluation.Problems], new int[evaluation.Problems]);
            foreach (var job in point.Jobs.Select(job => jobs[job]))
            {
                var sums = scored.Contains(job.JobId) ? new CalibrationSums(job.Spec.Aggregation) : null;
                await foreach (var problem in queries.ReadAsync(job, withSteps: sums is not null, ct))
                {
                    sums?.Add(problem);
                    if (problem.Failed) continue;
                    graded[problem.Place]++;
                    if (problem.RightNodes.Count > 0) any[problem.Place]++;
                }

                if (sums is not null) calibrations.Add(sums.Of(job.JobId, point, job.Reward!.Name));
            }

            found.Add((point, any.Sum(), [.. graded.Zip(any, (of, right) => of > 0 ? (double?)right / of : null)]));
        }

        return (
            [.. found.Select(one => new PointChance(one.Point, one.Right, ShareInterval.Of(one.Shares, one.Point.Jobs.Count)))],
            calibrations);
    }
}
