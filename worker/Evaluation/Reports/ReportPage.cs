using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using RebaseBatch.Evaluation.Reports.Page;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>One page that holds all it needs: no other file, no network.</summary>
static class ReportPage
{
    /// <summary>Should a text ever get through as markup: no style and no script but this page's own, by their hashes, and nothing is fetched.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src '{HashOf(PageStyle.Text)}'; script-src '{HashOf(PageScript.Text)}'; base-uri 'none'; form-action 'none'";

    /// <param name="contents">At least one; a dataset each.</param>
    /// <returns>HTML that is XML as well.</returns>
    public static string Of(string title, DateTimeOffset made, IReadOnlyList<ReportContent> contents)
    {
        var datasets = contents.Select((content, i) => (content.Evaluation.Dataset, Sections: Sections(content, contents.Count == 1 ? "" : $"d{i + 1}-"))).ToList();
        return Html.Write(Html.Of("html", null, new XAttribute("lang", "en"),
            Head(title),
            Html.Of("body", null,
                Html.Of("header", null,
                    Html.Of("h1", null, title),
                    Html.Of("p", "made", $"Made {made.UtcDateTime:yyyy-MM-dd HH:mm} UTC by RebaseBatch, of {string.Join(" and ", datasets.Select(dataset => dataset.Dataset))}."),
                    Contents(datasets)),
                Html.Of("main", null,
                    datasets.Select(dataset => Html.Of("article", null,
                        datasets.Count == 1 ? null : Html.Of("h2", "dataset", dataset.Dataset),
                        dataset.Sections.Select(section => section.Draw()))),
                    NotesSection.Of().Draw()),
                new XElement("script", Html.Code(PageScript.Text)))));
    }

    static IReadOnlyList<Section> Sections(ReportContent content, string prefix)
    {
        var evaluation = content.Evaluation;
        var front = new FrontSection(evaluation, prefix);
        return
        [
            .. new[]
            {
                new HeaderSection(evaluation, prefix).Of(),
                new RunComparisonSection(evaluation, prefix).Of(),
                new ErrorSection(evaluation, prefix).Of(),
                front.Front(),
                front.Budgets(),
                new DifficultySection(evaluation, prefix).Of(),
                new CostSection(evaluation, prefix).Of(),
                new SaturationSection(content.Saturations, prefix).Of(),
                new ComparisonSection(evaluation, prefix).Of(),
                new TreeSection(content.Trees, prefix).Of(),
            }.OfType<Section>(),
        ];
    }

    static XElement Contents(List<(string Dataset, IReadOnlyList<Section> Sections)> datasets) => Html.Of("nav", null,
        new XAttribute("aria-label", "Contents"),
        datasets.Select(dataset => Html.Of("ul", null,
            datasets.Count == 1 ? null : Html.Of("li", null, Html.Of("strong", null, dataset.Dataset)),
            dataset.Sections.Select(section => Html.Of("li", null, Html.Of("a", null, new XAttribute("href", $"#{section.Id}"), section.Title))),
            Html.Of("li", null, Html.Of("a", null, new XAttribute("href", "#notes"), "How to read the figures")))));

    static XElement Head(string title) => Html.Of("head", null,
        Meta(("charset", "utf-8")),
        Meta(("http-equiv", "Content-Security-Policy"), ("content", ContentSecurityPolicy)),
        Meta(("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
        Meta(("name", "color-scheme"), ("content", "light dark")),
        Html.Of("title", null, title),
        new XElement("style", Html.Code(PageStyle.Text)));

    static XElement Meta(params (string Name, string Value)[] attributes) => new("meta", attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value)));

    // Of the element's whole text, its XML wrapping included.
    static string HashOf(string code)
    {
        var text = string.Concat(Html.Code(code).Select(part => part is XCData section ? $"<![CDATA[{section.Value}]]>" : ((XText)part).Value));
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
