using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace RebaseBatch.Reports.Page;

/// <summary>HTML as an XML tree: whatever text comes in is escaped on the way out.</summary>
static class Html
{
    static readonly HashSet<string> s_void = ["meta", "link", "br", "hr", "img", "input", "col"];
    static readonly HashSet<string> s_drawn = ["line", "path", "circle", "rect"];

    public static XElement Of(string name, string? @class, params object?[] content) =>
        new(name, @class is null ? null : new XAttribute("class", @class), content.Select(part => part is string text ? Clean(text) : part));

    /// <summary>Models may write anything: what XML does not know becomes U+FFFD.</summary>
    public static string Clean(string text)
    {
        if (text.All(c => XmlConvert.IsXmlChar(c))) return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i])) clean.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) clean.Append(text[i]).Append(text[++i]);
            else clean.Append('\uFFFD');
        }

        return clean.ToString();
    }

    /// <summary>Content of a script or style element, which HTML doesn't unescape: in comments of both languages a section that XML doesn't either.</summary>
    /// <param name="code">Without <c>]]&gt;</c> and <c>&lt;/</c>.</param>
    public static object[] Code(string code) => [new XText("/*"), new XCData($"*/\n{code}\n/*"), new XText("*/")];

    public static string Write(XElement page)
    {
        // HTML takes <div/> for an open element.
        foreach (var element in page.Descendants().Where(element => element.IsEmpty && !s_void.Contains(element.Name.LocalName) && !s_drawn.Contains(element.Name.LocalName)))
            element.Value = "";
        var text = new StringBuilder("<!DOCTYPE html>\n");
        using (var writer = XmlWriter.Create(text, new() { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.None })) page.Save(writer);
        return text.Append('\n').ToString();
    }
}
