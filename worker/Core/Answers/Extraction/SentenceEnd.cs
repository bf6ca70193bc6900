using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>Finds where an answer in a sentence ends. One pass over the text.</summary>
static partial class SentenceEnd
{
    /// <returns>The length of the answer. A question mark that ends it belongs to it.</returns>
    public static int Of(ReadOnlySpan<char> text)
    {
        var end = Scan(text, out var open);
        if (!open) return end;
        // A formula or group that never closes: the line is the answer.
        var line = text.IndexOfAny('\r', '\n');
        return line < 0 ? text.Length : line;
    }

    static int Scan(ReadOnlySpan<char> text, out bool open)
    {
        var (depth, brackets, formula, dollars) = (0, 0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            open = depth > 0 || formula > 0 || dollars > 0;
            var c = text[i];
            if (c == '\\')
            {
                var rest = text[(i + 1)..];
                if (rest.StartsWith("begin{") || rest.StartsWith('(') || rest.StartsWith('[')) formula++;
                else if ((rest.StartsWith("end{") || rest.StartsWith(')') || rest.StartsWith(']')) && --formula < 0) return i;
                i++;
                continue;
            }
            switch (c)
            {
                case '{': depth++; continue;
                case '}' when depth == 0: return i;
                case '}': depth--; continue;
                case '$':
                    var width = text[i..].StartsWith("$$") ? 2 : 1;
                    if (dollars > 0) dollars = 0;
                    else if (Closes(text[(i + width)..], width)) dollars = width;
                    i += width - 1;
                    continue;
            }
            if (open) continue;
            if (c is '(' or '[') brackets++;
            else if (c is ')' or ']') brackets--;
            if (c is '\r' or '\n' or '。' or '！' or '；' or '—' || (c == '，' && !NumberFollows(text[(i + 1)..]))) return i;
            if (c == '？' || (c == '?' && Ends(text[(i + 1)..]))) return i + 1;
            if (c == '.' && EndsSentence(text, i)) return i;
            if (c == ';' && brackets <= 0 && Ends(text[(i + 1)..])) return i;
            if (c == '<' && text[(i + 1)..] is ['/' or '|', ..]) return i;
            if (c == '*' && i > 0 && text[i..].StartsWith("**") && text[i - 1] != ' ' && Ends(text[(i + 2)..])) return i;
            if (c is ' ' or ',' && Clause().IsMatch(text[i..Math.Min(text.Length, i + 24)])) return i;
        }
        open = depth > 0 || formula > 0 || dollars > 0;
        return text.Length;
    }

    /// <summary>Whether this is the inside of a formula; otherwise the dollar sign is money, as in "$50, because he paid $20".</summary>
    static bool Closes(ReadOnlySpan<char> rest, int width)
    {
        var end = rest.IndexOf(width == 2 ? "$$" : "$");
        if (end < 0 || width == 2) return end >= 0;
        var inside = rest[..end];
        return !inside.ContainsAny('\r', '\n') && !Prose().IsMatch(inside);
    }

    static bool Ends(ReadOnlySpan<char> rest) =>
        rest.IsEmpty || char.IsWhiteSpace(rest[0]) || rest[0] is '*' or '"' or '`' or '<' or '.' or ',';

    static bool NumberFollows(ReadOnlySpan<char> rest) =>
        !rest.IsEmpty && (char.IsAsciiDigit(rest[0]) || rest[0] is '-' or '\\' or '$' or ' ');

    static bool EndsSentence(ReadOnlySpan<char> text, int at)
    {
        if (!Ends(text[(at + 1)..])) return false;
        var next = text[(at + 1)..].TrimStart(' ');
        if (next.IsEmpty || next[0] is '\r' or '\n') return false; // the last full stop is taken off later
        var before = text[..at];
        var word = before[(before.LastIndexOfAny(' ', '.', '~') + 1)..];
        if (word is "St" or "Mr" or "Ms" or "Mrs" or "Dr") return false;
        var abbreviation = word.Length is > 0 and <= 6 && !word.ContainsAnyExceptInRange('A', 'z') && before.Length > 1;
        return !(abbreviation && (char.IsAsciiDigit(next[0]) || (char.IsAsciiLetterLower(next[0]))));
    }

    [GeneratedRegex(@"^(?:,? \(?(?:because|since|which|whereas"
        + @"|as (?:required|desired|needed|requested|expected)"
        + @"|rounded|I hope|I apologi[sz]e|and we)\b| \((?:see|or|so|as|to|i\.e)\b"
        + @"|, (?:as|so|where|when|given|obtained|but|and (?:we|the|this|that|it|so)|making|thus|therefore|hence|then"
        + @"|meaning|not|i\.e|that is|to the nearest)\b)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Clause();

    [GeneratedRegex(@"[.,] [a-zA-Z]{2}|^\d[^\\={}^_]* [a-z]{2,} ", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Prose();
}
