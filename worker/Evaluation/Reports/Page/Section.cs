using System.Xml.Linq;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>One part of the page.</summary>
/// <param name="Id">Unique on the page.</param>
sealed record Section(string Id, string Title, params IReadOnlyList<object?> Content)
{
    public XElement Draw() => Xhtml.Of("section", null, new XAttribute("id", Id), Xhtml.Of("h2", null, Title), Content);

    /// <summary>Two versions of the same charts. Radio buttons show one of them; in print both are visible.</summary>
    public static XElement Toggled(string id, string legend, (string Name, object Content) first, (string Name, object Content) second) =>
        Xhtml.Of("div", "toggled",
        new XElement("input", new XAttribute("type", "radio"), new XAttribute("name", id), new XAttribute("id", $"{id}-a"),
            new XAttribute("class", "a"), new XAttribute("checked", "checked")),
        Xhtml.Of("label", null, new XAttribute("for", $"{id}-a"), first.Name),
        new XElement("input", new XAttribute("type", "radio"), new XAttribute("name", id), new XAttribute("id", $"{id}-b"),
            new XAttribute("class", "b")),
        Xhtml.Of("label", null, new XAttribute("for", $"{id}-b"), second.Name),
        Xhtml.Of("div", "of-a", new XAttribute("aria-label", $"{legend}: {first.Name}"), first.Content),
        Xhtml.Of("div", "of-b", new XAttribute("aria-label", $"{legend}: {second.Name}"), second.Content));

    public static XElement Chart(XElement drawing, XElement legend, string? heading = null) =>
        Xhtml.Of("figure", null, heading is null ? null : Xhtml.Of("h3", null, heading), Xhtml.Of("div", "chart", drawing), legend);

    public static XElement Text(string text) => Xhtml.Of("p", null, text);
}
