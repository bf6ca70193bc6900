using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>The finished solutions of a search.</summary>
static class Candidates
{
    /// <summary>
    /// The finished nodes in order of their numbers. In a tree with any score, a step without one counts as 0 from the last scored step of
    /// its solution on: the reward model could not read it, and a solution must not win by being unreadable. A step without a score
    /// before a scored one was not to be scored, and does not count.
    /// </summary>
    /// <param name="extract">The answer that a solution's text states; null when it states none.</param>
    public static IReadOnlyList<Candidate> Of(SearchTree tree, Func<string, string?> extract)
    {
        var scored = tree.Nodes.Any(node => node.Score is not null);
        return [.. tree.Nodes.Where(node => node.State == NodeState.Finished).Select(node => Of(tree.Path(node.No), scored, extract))];
    }

    static double[] Scores(IReadOnlyList<SearchNode> path)
    {
        var lastScored = path.Count - 1;
        while (lastScored >= 0 && path[lastScored].Score is null) lastScored--;
        return
        [
            .. path.Where((step, i) => step.Score is not null || i > lastScored)
                .Select(step => step.Score is { } score && double.IsFinite(score) ? score : 0),
        ];
    }

    static Candidate Of(IReadOnlyList<SearchNode> path, bool scored, Func<string, string?> extract)
    {
        var text = string.Concat(path.Select(step => step.Text));
        return new(path[^1].No, text, extract(text), scored ? Scores(path) : []);
    }
}
