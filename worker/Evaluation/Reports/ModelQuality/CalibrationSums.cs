using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>
/// Collects what a job's scores were worth, problem by problem. It keeps sums only: a job may have a million steps.
/// </summary>
sealed class CalibrationSums(ScoreAggregation aggregation)
{
    /// <summary>Deeper steps are counted with those of this depth.</summary>
    public const int MostDepth = 20;

    sealed class Ranking
    {
        readonly AreaUnderCurve _overall = new();
        readonly ClusteredShare _within = new();

        public void AddProblem(IReadOnlyCollection<RatedCase> cases)
        {
            foreach (var one in cases) _overall.Add(one);
            var (concordant, pairs) = AreaUnderCurve.PairsOf(cases);
            if (pairs > 1e-9) _within.Add(concordant, pairs);
        }

        public RankingRow Row(int? depth) => new(depth, _overall.Cases, _within.Clusters, _within.Estimate, _overall.Value);
    }

    readonly ReliabilityCurve _solutions = new(), _steps = new();
    readonly Ranking _ofSolutions = new();
    readonly SortedDictionary<int, Ranking> _ofDepth = [];
    int _withoutSteps;

    public void Add(SolvedProblem problem)
    {
        if (problem.Failed) return;
        RatedCase[] solutions =
        [
            .. problem.Candidates.Where(candidate => candidate.StepScores.Count > 0).Select(candidate => new RatedCase(
                ScoreAggregator.Aggregate(candidate.StepScores, aggregation), problem.RightNodes.Contains(candidate.Node) ? 1 : 0)),
        ];
        _solutions.AddCluster(solutions);
        _ofSolutions.AddProblem(solutions);
        if (problem.Steps.Count == 0 && problem.Candidates.Count > 0) _withoutSteps++;
        var steps = StepCases.Of(problem).ToList();
        _steps.AddCluster(steps.ConvertAll(step => step.Case));
        foreach (var depth in steps.GroupBy(step => Math.Min(step.Depth, MostDepth), step => step.Case))
        {
            if (!_ofDepth.TryGetValue(depth.Key, out var ranking)) _ofDepth[depth.Key] = ranking = new();
            ranking.AddProblem([.. depth]);
        }
    }

    public ScoreCalibration Of(long jobId, MeasuredPoint point, string reward) => new(jobId, point.Series, point.Width, reward, _solutions,
        _steps, [.. _ofDepth.Select(depth => depth.Value.Row(depth.Key)), _ofSolutions.Row(null)])
    {
        WithoutSteps = _withoutSteps,
    };
}
