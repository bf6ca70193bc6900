using System.Buffers;
using System.Globalization;
using System.Text;

namespace RebaseBatch.Platform.Text;

/// <summary>
/// Text of others (names, models' output, errors of servers) for people to read: characters that a terminal or browser would obey, or
/// that nobody sees, are written as JSON writes them, such as <c>\u001b</c>. These are control characters, marks of direction, characters
/// without width or look, and halves of surrogate pairs. All other text stays as it is. Pure.
/// </summary>
static class VisibleText
{
    static readonly SearchValues<char> s_plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    /// <summary>As one line: line ends and tabs are written as <c>\n</c>, <c>\r</c> and <c>\t</c>.</summary>
    public static string Line(string text) => Of(text, kept: "");

    /// <summary>With its lines; each ends with <c>\n</c>.</summary>
    public static string Lines(string text) => Of(text, kept: "\n");

    /// <summary>With its lines and tabs, for markup, where both are space.</summary>
    public static string Markup(string text) => Of(text, kept: "\n\t");

    /// <summary>Whether a character would be obeyed, or is not seen.</summary>
    public static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        // Letters and marks that look like nothing: joiners and fillers, variations but those of pictures, tags, and what is no character.
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x3164 or 0xFFA0
            or (>= 0xFE00 and <= 0xFE0D) or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF)
        || (rune.Value & 0xFFFE) == 0xFFFE;

    static string Of(string text, string kept)
    {
        var first = text.AsSpan().IndexOfAnyExcept(s_plain);
        if (first < 0) return text;
        var shown = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var at = first; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) is not OperationStatus.Done) Escape(shown, text[at]);
            else if (rune.Value == '\r' && kept.Contains('\n', StringComparison.Ordinal) && text.AsSpan(at + 1).StartsWith("\n")) { }
            else if (!IsHidden(rune) || rune.IsBmp && kept.Contains((char)rune.Value, StringComparison.Ordinal))
                shown.Append(text, at, length);
            else foreach (var unit in text.AsSpan(at, length)) Escape(shown, unit);
            at += length;
        }

        return shown.ToString();
    }

    static void Escape(StringBuilder shown, char unit)
    {
        switch (unit)
        {
            case '\n': shown.Append("\\n"); break;
            case '\r': shown.Append("\\r"); break;
            case '\t': shown.Append("\\t"); break;
            default: shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"); break;
        }
    }
}
