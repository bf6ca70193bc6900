using System.Xml.Linq;
using RebaseBatch.Evaluation.Reports.Trees;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>The trees of single searches.</summary>
sealed class TreeSection(IReadOnlyList<SearchTree> trees, string prefix)
{
    /// <param name="which">Which searches these are; null: as a report chooses them.</param>
    public Section? Of(string? which = null) => trees.Count == 0 ? null : new($"{prefix}trees", "Search trees",
        Section.Text($"{which ?? OfReport} A dot is "
            + "a step, its row is its depth, and its colour is the reward model's score. Point at a step or choose it to read it."),
        TreeDrawing.Legend(),
        trees.Select((tree, i) => Draw(tree, $"{i}", i == 0)),
        new XElement("script", new XAttribute("type", "application/json"), new XAttribute("id", $"{prefix}tree-data"), TreeData.Of(trees)));

    /// <summary>The ids of the trees on the page.</summary>
    public IReadOnlyDictionary<(long Job, int Place), string> Anchors =>
        trees.Select((tree, i) => (Key: (tree.JobId, tree.Place), Id: Anchor($"{i}"))).DistinctBy(tree => tree.Key)
            .ToDictionary(tree => tree.Key, tree => tree.Id);

    static readonly string OfReport = $"Searches of REBASE jobs, right and wrong ones in turn, the largest of up to {TreeChoice.MostNodes} "
        + "steps; of two compared runs, first both searches of problems that flipped.";

    string Anchor(string id) => $"{prefix}tree-{id}";

    XElement Draw(SearchTree tree, string id, bool open) => Xhtml.Of("details", "tree",
        open ? new XAttribute("open", "open") : null,
        Xhtml.Of("summary", null,
            Xhtml.Of("span", tree.Correct ? "verdict right" : "verdict wrong", tree.Correct ? "✓ right" : "✗ wrong"),
            $" {tree.CustomId}, job {tree.JobId} ({tree.Search}): {tree.Nodes.Count} steps, {tree.Solutions.Count} solutions"),
        // A browser opens the fold when a link leads to something in it.
        Xhtml.Of("p", "question", new XAttribute("id", Anchor(id)), tree.Question),
        Xhtml.Of("p", null, "Answer ", Xhtml.Of("strong", null, tree.Answer ?? "none"), ", the right one is ",
            Xhtml.Of("strong", null, tree.Gold), "."),
        Xhtml.Of("div", "scrolled", new XAttribute("tabindex", 0), new XAttribute("role", "region"),
            new XAttribute("aria-label", $"Search tree of {tree.CustomId}"),
            TreeDrawing.Draw(tree, $"{prefix}tree-data/{id}")),
        Xhtml.Of("div", "step-text", new XAttribute("role", "status"), "Choose a step to read it."));
}
