using RebaseBatch.Core.Answers;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>The solutions that a search found for one problem with a gold answer, and its steps.</summary>
/// <param name="Place">Its place among the job's <see cref="MeasuredJob.Problems"/>, from 0.</param>
/// <param name="Candidates">The finished solutions, without their texts; empty for a failed problem.</param>
/// <param name="RightNodes">The last nodes of the right ones.</param>
/// <param name="Steps">In the order of their numbers, parents before children; empty if they were not read or were deleted.</param>
sealed record SolvedProblem(
    int Place, bool Failed, IReadOnlyList<Candidate> Candidates, IReadOnlySet<int> RightNodes, IReadOnlyList<SolvedStep> Steps);
