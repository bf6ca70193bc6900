using System.Text;
using System.Xml;
using System.Xml.Linq;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>HTML as an XML tree: every text is escaped when the page is written.</summary>
static class Xhtml
{
    static readonly HashSet<string> s_void = ["meta", "link", "br", "hr", "img", "input", "col"];
    static readonly HashSet<string> s_drawn = ["line", "path", "circle", "rect"];

    public static XElement Of(string name, string? @class, params object?[] content) =>
        new(name, @class is null ? null : new XAttribute("class", @class), content);

    /// <summary>Models may write anything: what a browser would obey, or XML does not allow, is written as text.</summary>
    public static string Clean(string text) => VisibleText.Markup(text);

    /// <summary>
    /// Content of a script or style element, which HTML does not unescape. A CDATA section, inside comments of both languages, keeps XML
    /// from doing so too.
    /// </summary>
    /// <param name="code">Without <c>]]&gt;</c> and <c>&lt;/</c>.</param>
    public static object[] Code(string code) => [new XText("/*"), new XCData($"*/\n{code}\n/*"), new XText("*/")];

    public static string Write(XElement page)
    {
        foreach (var text in page.DescendantNodes().OfType<XText>().Where(text => text is not XCData)) text.Value = Clean(text.Value);
        foreach (var attribute in page.DescendantsAndSelf().Attributes()) attribute.Value = Clean(attribute.Value);
        // HTML reads <div/> as an element that is not closed.
        foreach (var element in page.Descendants()
            .Where(element => element.IsEmpty && !s_void.Contains(element.Name.LocalName) && !s_drawn.Contains(element.Name.LocalName)))
            element.Value = "";
        var html = new StringBuilder("<!DOCTYPE html>\n");
        using (var writer = XmlWriter.Create(html, new() { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.None }))
            page.Save(writer);
        return html.Append('\n').ToString();
    }
}
