using System.Globalization;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>Draws a search in lines of text, a line for each step.</summary>
static class TreeText
{
    /// <param name="nodes">Parents before their children, in the order of their numbers.</param>
    /// <param name="solutions">The answers of the finished solutions, by their last node.</param>
    /// <param name="winners">The last nodes of the solutions whose answer won the vote.</param>
    /// <returns>
    /// The branches that lead to a step, and what is said of it: number, score, whether it ends a solution, and its text, which may have
    /// several lines.
    /// </returns>
    public static IEnumerable<(string Branches, string Step)> Of(
        IReadOnlyList<TreeNode> nodes, IReadOnlyDictionary<int, string?> solutions, IReadOnlySet<int> winners)
    {
        var children = nodes.ToLookup(node => node.ParentNo);
        // A stack instead of recursion: a search may be a thousand steps deep.
        var open = new Stack<(TreeNode Node, string Indent, bool IsLast)>();
        Push(0, "");
        while (open.TryPop(out var at))
        {
            yield return ($"{at.Indent}{(at.IsLast ? "└─ " : "├─ ")}", Step(at.Node));
            Push(at.Node.No, $"{at.Indent}{(at.IsLast ? "   " : "│  ")}");
        }

        void Push(int parent, string indent)
        {
            var isLast = true;
            foreach (var child in children[parent].Reverse())
            {
                open.Push((child, indent, isLast));
                isLast = false;
            }
        }

        string Step(TreeNode node) => string.Create(CultureInfo.InvariantCulture,
            $"{node.No}  {(node.Score is { } score ? score.ToString("0.000", CultureInfo.InvariantCulture) : "unscored")}  {End(node)}"
                + $"{node.Text.Trim()}");

        string End(TreeNode node) => node.State switch
        {
            NodeState.Finished when winners.Contains(node.No) => $"[answer {solutions[node.No]}, won] ",
            NodeState.Finished => solutions.GetValueOrDefault(node.No) is { } answer ? $"[answer {answer}] " : "[no answer] ",
            NodeState.Open => "",
            NodeState.Rollout or NodeState.RolloutEnd => "[rollout] ",
            _ => "[ended by a limit] ",
        };
    }
}
