using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>The end rule of boxes: the text in the matching braces. Boxes that one sentence lists are one answer.</summary>
static partial class BoxRule
{
    const int MostListed = 32;

    // What stands between two boxes of a list, read backwards from the second one: "$\boxed{1}$, and $x = \boxed{2}$".
    const int LongestJoint = 40;

    /// <inheritdoc cref="AnswerForm.EndRule"/>
    public static string Take(ReadOnlySpan<char> text, int start, int end)
    {
        var answer = Content(text[end..], out _);
        if (answer.IsEmpty || Denial().IsMatch(text[Math.Max(0, start - LongestJoint)..start])) return "";
        List<string> listed = [answer.ToString()];
        while (listed.Count < MostListed && Before(text, start) is { } before)
        {
            var earlier = Content(text[before.End..], out var length);
            if (earlier.IsEmpty || before.End + length > start || !Joint().IsMatch(text[(before.End + length)..start])) break;
            listed.Insert(0, earlier.ToString());
            start = before.Start;
        }
        // Two boxes may show one value in two forms: 1/2 or 0.5.
        return listed.Count == 1 ? listed[0] : string.Join(", ", listed.DistinctBy(AnswerKey.Of));
    }

    static (int Start, int End)? Before(ReadOnlySpan<char> text, int start)
    {
        const string marker = "\\boxed";
        var at = text[..start].LastIndexOf(marker);
        return at < 0 ? null : (at, at + marker.Length);
    }

    /// <summary>
    /// The text in the matching braces; for <c>\boxed x</c> the text up to the end of the formula or line, as in Minerva. Empty when the
    /// text is cut off in the middle.
    /// </summary>
    static ReadOnlySpan<char> Content(ReadOnlySpan<char> rest, out int length)
    {
        length = rest.Length;
        var open = rest.IndexOfAnyExcept(' ', '\t');
        if (open < 0 || (rest[open] != '{' && !char.IsWhiteSpace(rest[0]))) return [];
        if (rest[open] != '{')
        {
            if (rest.IndexOfAny('$', '\r', '\n') is >= 0 and var end) length = end;
            return Tidy.Answer(rest[..length]);
        }
        var depth = 0;
        for (var i = open; i < rest.Length; i++)
        {
            if (rest[i] == '\\') i++; // \{ and \} are no groups
            else if (rest[i] == '{') depth++;
            else if (rest[i] == '}' && --depth == 0)
            {
                length = i + 1;
                return rest[(open + 1)..i].Trim();
            }
        }
        return [];
    }

    [GeneratedRegex(@"^(?:\s|\$|\\[()]|\\(?:quad|qquad)|\\text\{\s?(?:and|or),?\s?\})*(?:,|;|and|or|\\text\{\s?(?:and|or),?\s?\})"
        + @"(?:\s|\$|\\[()]|\\(?:quad|qquad)|and|or)*(?:[a-zA-Z](?:_\{?\w\}?)?\s?=\s?)?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Joint();

    [GeneratedRegex(@"(?:\bnot|n't|\bcannot be|\bnever)(?: be| simply| just)?[\s$]*(?:\\\()?\s?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Denial();
}
