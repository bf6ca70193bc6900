using System.Text.Json.Nodes;
using RebaseBatch.Core.Searching;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>
/// The steps of trees as JSON for the page's script. The default encoder writes &lt;, &gt;, &amp; and quotes as \u escapes, so that no text
/// ends the script element.
/// </summary>
static class TreeData
{
    // Steps end at 256 tokens unless a job says otherwise.
    const int MostCharacters = 4000;

    public static string Of(IReadOnlyList<SearchTree> trees)
    {
        var all = new JsonObject();
        foreach (var (i, tree) in trees.Index())
        {
            var nodes = new JsonObject();
            foreach (var node in tree.Nodes)
            {
                nodes[$"{node.No}"] = new JsonObject
                {
                    ["text"] = VisibleText.Markup(node.Text.Length > MostCharacters ? $"{node.Text[..MostCharacters]} ..." : node.Text),
                    ["score"] = node.Score,
                    ["tokens"] = node.Tokens,
                    ["depth"] = node.Depth,
                    ["parent"] = node.ParentNo,
                    ["finished"] = node.State is NodeState.Finished,
                    ["answer"] = tree.Solutions.GetValueOrDefault(node.No) is { } answer ? VisibleText.Line(answer) : null,
                };
            }

            all[$"{i}"] = nodes;
        }

        return all.ToJsonString();
    }
}
