using System.Xml.Linq;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>One part of the page.</summary>
/// <param name="Id">Unique on the page.</param>
sealed record Section(string Id, string Title, params IReadOnlyList<object?> Content)
{
    public XElement Draw() => Xhtml.Of("section", null, new XAttribute("id", Id), Xhtml.Of("h2", null, Title), Content);

    /// <summary>The same by the cost of the policy alone and by that of both models, beside each other.</summary>
    public static XElement ByCost(Func<CostMeasure, object> content) => Xhtml.Of("div", "panels",
        content(CostMeasure.Policy), content(CostMeasure.Total));

    /// <param name="drawing">In both sizes.</param>
    public static XElement Chart(XElement drawing, XElement legend, string? heading = null) =>
        Xhtml.Of("figure", null, heading is null ? null : Xhtml.Of("h3", null, heading), drawing, legend);

    public static XElement Text(string text) => Xhtml.Of("p", null, text);
}
