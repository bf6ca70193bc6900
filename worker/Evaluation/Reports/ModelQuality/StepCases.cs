using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>How the steps of a search turned out.</summary>
static class StepCases
{
    /// <summary>
    /// The scored steps that lead to a finished solution. A step counts as right by the share of the finished solutions behind it that are
    /// right: the estimate of what its score should be (arXiv 2312.08935, section 3.3, soft estimation).
    /// </summary>
    public static IEnumerable<(int Depth, RatedCase Case)> Of(SolvedProblem problem)
    {
        var most = problem.Steps.Select(step => step.No).DefaultIfEmpty(0).Max();
        var (finished, right) = (new int[most + 1], new int[most + 1]);
        foreach (var candidate in problem.Candidates.Where(candidate => candidate.Node <= most))
        {
            finished[candidate.Node]++;
            if (problem.RightNodes.Contains(candidate.Node)) right[candidate.Node]++;
        }

        // Children come after their parents, so that a step's sums are complete when its turn comes.
        for (var i = problem.Steps.Count - 1; i >= 0; i--)
        {
            var step = problem.Steps[i];
            finished[step.Parent] += finished[step.No];
            right[step.Parent] += right[step.No];
        }

        return problem.Steps.Where(step => step.Score is not null && finished[step.No] > 0)
            .Select(step => (step.Depth, new RatedCase(step.Score!.Value, (double)right[step.No] / finished[step.No])));
    }
}
