using System.Globalization;
using System.Text;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Summaries;

/// <summary>
/// Text of others (names, models' output) inside GitHub's Markdown, also in a table's cell. It stays text: no markup, no HTML, no mention,
/// no new line, no new cell. Pure.
/// </summary>
static class MarkdownText
{
    // An invisible space, so that GitHub does not call the user or link the issue. It does that after the markup is read, so that a
    // backslash does not help.
    const string Break = "&#8203;";

    /// <summary>As code. GitHub looks for no mentions and links in it.</summary>
    /// <param name="longest">In characters; what is longer ends with an ellipsis.</param>
    public static string Code(string text, int longest = 160)
    {
        var line = Line(text, longest);
        if (line.Length == 0) return "";
        // In a table, a code span can neither hold a backtick or a backslash before a pipe nor escape them.
        if (!line.AsSpan().ContainsAny('`', '|', '\\')) return $"`{line}`";
        var code = new StringBuilder("<code>");
        foreach (var letter in line)
        {
            if (char.IsAscii(letter) && !char.IsAsciiLetterOrDigit(letter) && letter != ' ')
                code.Append(CultureInfo.InvariantCulture, $"&#{(int)letter};");
            else code.Append(letter);
        }

        return code.Append("</code>").ToString();
    }

    /// <summary>As a part of a sentence.</summary>
    /// <inheritdoc cref="Code"/>
    public static string Plain(string text, int longest = 600)
    {
        var plain = new StringBuilder();
        foreach (var letter in Line(text, longest))
        {
            switch (letter)
            {
                case '@' or '#': plain.Append(letter).Append(Break); break;
                case '*' or '_' or '~' or '[' or ']' or '$': plain.Append('\\').Append(letter); break;
                case '&' or '<' or '>' or '|' or '`' or '\\': plain.Append(CultureInfo.InvariantCulture, $"&#{(int)letter};"); break;
                default: plain.Append(letter); break;
            }
        }

        return plain.ToString();
    }

    /// <summary>The text in one line. Characters that can't be seen or turn the direction of others become escapes.</summary>
    public static string Line(string text, int longest)
    {
        var line = new StringBuilder();
        var isSpace = true;
        foreach (var rune in text.EnumerateRunes())
        {
            var space = Rune.IsWhiteSpace(rune);
            if (!space) line.Append(VisibleText.IsHidden(rune) ? VisibleText.Line(rune.ToString()) : rune.ToString());
            else if (!isSpace) line.Append(' ');
            isSpace = space;
            if (line.Length > longest + 1) break;
        }

        var whole = line.ToString().TrimEnd();
        if (whole.Length <= longest) return whole;
        var end = char.IsHighSurrogate(whole[longest - 2]) ? longest - 2 : longest - 1;
        return $"{whole[..end].TrimEnd()}…";
    }
}
