using System.Buffers;
using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>
/// The end rule of sentences, labels and tags: the answer ends with its line, its sentence or its clause. A formula, a group in braces and
/// a TeX environment are never cut.
/// </summary>
static partial class SentenceRule
{
    // Longer is a text and no answer.
    const int Longest = 4096;

    static readonly SearchValues<char> s_leading = SearchValues.Create(":： \t\r\n}_=>");

    /// <inheritdoc cref="AnswerForm.EndRule"/>
    public static string Take(ReadOnlySpan<char> text, int start, int end)
    {
        if (Doubt().IsMatch(text[Math.Max(0, start - 24)..start])) return "";
        var rest = text[end..Math.Min(text.Length, end + Longest)];
        var answer = rest[Lead(rest)..];
        // A letter on the next line may start the next step. Few words may be an answer.
        if (rest[..^answer.Length].Contains('\n') && NextStep().IsMatch(answer)) return "";
        if (Subject().EnumerateMatches(answer) is var subject && subject.MoveNext() && StartsValue(answer[subject.Current.Length..]))
            answer = answer[subject.Current.Length..];
        answer = answer[Filler().EnumerateMatches(answer) is var filler && filler.MoveNext() ? filler.Current.Length.. : ..];
        if (NoAnswer().IsMatch(answer)) return "";
        if (Emphasis(answer) is { IsEmpty: false } inner) answer = inner;
        answer = answer[..SentenceEnd.Of(answer)];
        if (answer.EndsWith('?') || answer.EndsWith('？')) return "";
        answer = Tidy.Answer(answer);
        while (answer.EndsWith("**") || answer.EndsWith("__") || answer.EndsWith('`')) answer = answer[..^(answer.EndsWith('`') ? 1 : 2)];
        return Tidy.Answer(answer.TrimStart("*`")).ToString();
    }

    // What may stand between marker and answer: colons, space, emphasis, and the brace that ends \text{The answer is }.
    static int Lead(ReadOnlySpan<char> rest)
    {
        var at = rest.IndexOfAnyExcept(s_leading);
        if (at < 0) return rest.Length;
        // ** with a space or colon behind it ends the emphasis of a label: **Answer:** 42.
        var endsLabel = rest[at..] is ['*', '*', var next, ..] && (next is ':' or '：' || char.IsWhiteSpace(next));
        if (!endsLabel) return at;
        at += 2;
        return rest[at..].IndexOfAnyExcept(s_leading) is >= 0 and var skip ? at + skip : rest.Length;
    }

    /// <summary>The text in emphasis that starts the answer; empty when there is none.</summary>
    static ReadOnlySpan<char> Emphasis(ReadOnlySpan<char> answer)
    {
        foreach (var mark in (ReadOnlySpan<string>)["**", "__", "`", "*"])
        {
            if (!answer.StartsWith(mark)) continue;
            var inner = answer[mark.Length..];
            var end = inner.IndexOf(mark);
            return end > 0 && !inner[..end].ContainsAny('\r', '\n') ? inner[..end] : [];
        }
        return [];
    }

    static bool StartsValue(ReadOnlySpan<char> answer) =>
        !answer.IsEmpty && (char.IsAsciiDigit(answer[0]) || answer[0] is '$' or '-' or '\\' or '*');

    const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    // "If the answer is 5", "we ask whether the answer is 5".
    [GeneratedRegex(@"\b(?:if|whether|unless|assume|suppose|suppose that|assuming|what|find|guess(?:es)?)\s$", Linear)]
    private static partial Regex Doubt();

    // "The total cost is $50", "he has 5 apples".
    [GeneratedRegex(@"^(?:the|it|there|this|he|she|they|each|we|you)\b"
        + @"(?:[^$\\=\d\n.:;]|\$[a-zA-Z]\$){0,60}?\s(?:is|are|has|have|had|gets?|equals)\s", Linear)]
    private static partial Regex Subject();

    // Two letters and more, then another word.
    [GeneratedRegex(@"^[a-z]{2,}[^\n]{0,40}\s\S+\s\S+\s", Linear)]
    private static partial Regex NextStep();

    [GeneratedRegex(@"^(?:(?:simply|just|therefore|thus|then|hence|indeed|clearly|exactly|equal to|given by|that|option|choice"
        + @"|approximately|about|roughly|:):?\s+){1,3}", Linear)]
    private static partial Regex Filler();

    [GeneratedRegex(@"^(?:not(?:$|[^a-z])|never\b|an (?:integer|expression|fraction)\b|(?:in|of) the form\b|to be\b"
        + @"|right(?:$|[^a-z -])|wrong\b|reasonable\b|as follows\b|what\b|expected\b|required\b|supposed\b|given (?:in|as)\b|found\b"
        + @"|(?:also )?(?:in)?correct\b|unknown\b|obtained\b|(?:shown |given |stated )?(?:above|below)\b|unclear\b|obvious\b"
        + @"|let(?:'?s| us| me)\b|we (?:need|have|can|know|must|will)\b"
        + @"|to (?:find|solve|determine|calculate|answer)\b|step \d|first,)",
        Linear)]
    private static partial Regex NoAnswer();
}
