using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Checkpoints;

namespace RebaseBatch.Durable.Jobs;

/// <summary>A problem of a claimed batch that has no answer yet, with what earlier attempts stored of its search.</summary>
/// <param name="Ordinal">Place in the job's dataset, from 0.</param>
/// <param name="StoredNodes">In order of their numbers; empty for a search that has not begun.</param>
/// <param name="StoredSeconds">Active time of the earlier attempts.</param>
/// <param name="Restarts">How often the search was begun anew, because its stored steps could not be continued.</param>
sealed record BatchProblem(
    long ProblemId, int Ordinal, ProblemSpec Spec, IReadOnlyList<SearchNode> StoredNodes, double StoredSeconds, int Restarts = 0)
{
    /// <summary>What the first checkpoint of this attempt builds on.</summary>
    public StoredTree Stored => new(StoredNodes.Count, Restarts);
}
