using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using RebaseBatch.Evaluation.Reports.Page;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>One page that contains everything it needs: no other file, no network.</summary>
static class ReportPage
{
    /// <summary>
    /// A second protection, if a text ever becomes markup: a browser runs only this page's own style and script, by their hashes, and
    /// fetches nothing.
    /// </summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src '{HashOf(PageStyle.Text)}'; script-src '{HashOf(PageScript.Text)}'; base-uri "
            + "'none'; form-action 'none'";

    /// <param name="contents">At least one; one for each dataset.</param>
    /// <returns>HTML that is XML as well.</returns>
    public static string Of(string title, DateTimeOffset made, IReadOnlyList<ReportContent> contents)
    {
        var datasets =
            contents.Select((content, i) => (content.Evaluation.Name, Sections: Sections(content, contents.Count == 1 ? "" : $"d{i + 1}-")))
                .ToList();
        return Xhtml.Write(Xhtml.Of("html", null, new XAttribute("lang", "en"),
            Head(title),
            Xhtml.Of("body", null,
                Xhtml.Of("header", null,
                    Xhtml.Of("h1", null, title),
                    Xhtml.Of("p", "made", $"Made {made.UtcDateTime:yyyy-MM-dd HH:mm} UTC by RebaseBatch, of "
                        + $"{string.Join(" and ", datasets.Select(dataset => dataset.Name))}."),
                    Contents(datasets)),
                Xhtml.Of("main", null,
                    datasets.Select(dataset => Xhtml.Of("article", null,
                        datasets.Count == 1 ? null : Xhtml.Of("h2", "dataset", dataset.Name),
                        dataset.Sections.Select(section => section.Draw()))),
                    NotesSection.Of().Draw()),
                new XElement("script", Xhtml.Code(PageScript.Text)))));
    }

    static IReadOnlyList<Section> Sections(ReportContent content, string prefix)
    {
        var evaluation = content.Evaluation;
        var front = new FrontSection(evaluation, prefix);
        var trees = new TreeSection(content.Trees, prefix);
        return
        [
            .. new[]
            {
                new HeaderSection(evaluation, prefix).Of(),
                new RunComparisonSection(evaluation, prefix).Of(),
                new FlipsSection(content.Flips, prefix,
                    side => trees.Anchors.TryGetValue((side.Job, side.Place), out var id) ? $"#{id}" : null).Of(),
                new ErrorSection(evaluation, prefix).Of(),
                front.Front(),
                front.Budgets(),
                new DifficultySection(evaluation, prefix).Of(),
                new CostSection(evaluation, prefix).Of(),
                new ChanceSection(evaluation, content.Chances, prefix).Of(),
                new CalibrationSection(evaluation, content.Calibrations, prefix).Of(),
                new SaturationSection(content.Saturations, prefix).Of(),
                new ComparisonSection(evaluation, prefix).Of(),
                trees.Of(),
            }.OfType<Section>(),
        ];
    }

    static XElement Contents(List<(string Name, IReadOnlyList<Section> Sections)> datasets) => Xhtml.Of("nav", null,
        new XAttribute("aria-label", "Contents"),
        datasets.Select(dataset => Xhtml.Of("ul", null,
            datasets.Count == 1 ? null : Xhtml.Of("li", null, Xhtml.Of("strong", null, dataset.Name)),
            dataset.Sections.Select(
                section => Xhtml.Of("li", null, Xhtml.Of("a", null, new XAttribute("href", $"#{section.Id}"), section.Title))),
            Xhtml.Of("li", null, Xhtml.Of("a", null, new XAttribute("href", "#notes"), "How to read the figures")))));

    internal static XElement Head(string title) => Xhtml.Of("head", null,
        Meta(("charset", "utf-8")),
        Meta(("http-equiv", "Content-Security-Policy"), ("content", ContentSecurityPolicy)),
        Meta(("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
        Meta(("name", "color-scheme"), ("content", "light dark")),
        Xhtml.Of("title", null, title),
        new XElement("style", Xhtml.Code(PageStyle.Text)));

    static XElement Meta(params (string Name, string Value)[] attributes) =>
        new("meta", attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value)));

    // The hash is over the element's whole text, its XML wrapping included.
    static string HashOf(string code)
    {
        var text = string.Concat(Xhtml.Code(code)
            .Select(part => part is XCData section ? $"<![CDATA[{section.Value}]]>" : ((XText)part).Value));
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
