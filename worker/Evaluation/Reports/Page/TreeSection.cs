using System.Xml.Linq;
using RebaseBatch.Evaluation.Reports.Trees;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>The trees of single searches.</summary>
sealed class TreeSection(IReadOnlyList<SearchTree> trees, string prefix)
{
    public Section? Of() => trees.Count == 0 ? null : new($"{prefix}trees", "Search trees",
        Section.Text($"Searches of REBASE jobs, right and wrong ones in turn, the largest of up to {TreeChoice.MostNodes} steps. A dot is "
            + "a step, its row is its depth, and its colour is the reward model's score. Point at a step or choose it to read it."),
        TreeDrawing.Legend(),
        trees.Select((tree, i) => Draw(tree, $"{i}", i == 0)),
        new XElement("script", new XAttribute("type", "application/json"), new XAttribute("id", $"{prefix}tree-data"), TreeData.Of(trees)));

    XElement Draw(SearchTree tree, string id, bool open) => Xhtml.Of("details", "tree",
        open ? new XAttribute("open", "open") : null,
        Xhtml.Of("summary", null,
            Xhtml.Of("span", tree.Correct ? "verdict right" : "verdict wrong", tree.Correct ? "✓ right" : "✗ wrong"),
            $" {tree.CustomId}, job {tree.JobId} ({tree.Search}): {tree.Nodes.Count} steps, {tree.Solutions.Count} solutions"),
        Xhtml.Of("p", "question", tree.Question),
        Xhtml.Of("p", null, "Answer ", Xhtml.Of("strong", null, tree.Answer ?? "none"), ", the right one is ",
            Xhtml.Of("strong", null, tree.Gold), "."),
        Xhtml.Of("div", "scrolled", new XAttribute("tabindex", 0), new XAttribute("role", "region"),
            new XAttribute("aria-label", $"Search tree of {tree.CustomId}"),
            TreeDrawing.Draw(tree, $"{prefix}tree-data/{id}")),
        Xhtml.Of("div", "step-text", new XAttribute("role", "status"), "Choose a step to read it."));
}
