using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>The finished solutions of a search.</summary>
static class Candidates
{
    /// <summary>
    /// The finished nodes in order of their numbers. In a tree with any score, a step without one counts as 0: the reward model
    /// could not read it, and a solution must not win by being unreadable.
    /// </summary>
    /// <param name="extract">The answer that a solution's text states; null when it states none.</param>
    public static IReadOnlyList<Candidate> Of(SearchTree tree, Func<string, string?> extract)
    {
        var scored = tree.Nodes.Any(node => node.Score is not null);
        return [.. tree.Nodes.Where(node => node.State == NodeState.Finished).Select(node => Of(tree.Path(node.No), scored, extract))];
    }

    static Candidate Of(IReadOnlyList<SearchNode> path, bool scored, Func<string, string?> extract)
    {
        var text = string.Concat(path.Select(step => step.Text));
        double[] scores = scored ? [.. path.Select(step => step.Score is { } score && double.IsFinite(score) ? score : 0)] : [];
        return new(path[^1].No, text, extract(text), scores);
    }
}
