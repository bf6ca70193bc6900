using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>The end rule of sentences whose answer stands before the words that announce it: <c>Therefore 42 is the answer.</c></summary>
static partial class BackwardRule
{
    // A longer formula before "is the answer" has not been seen.
    const int Longest = 200;

    /// <inheritdoc cref="AnswerForm.EndRule"/>
    public static string Take(ReadOnlySpan<char> text, int start, int end)
    {
        if (text[end..].TrimStart(" *") is ['?', ..]) return "";
        var before = text[Math.Max(0, start - Longest)..start];
        if (!(Value().EnumerateMatches(before) is var found && found.MoveNext())) return "";
        if (Doubt().IsMatch(before[..found.Current.Index])) return "";
        var value = before.Slice(found.Current.Index, found.Current.Length).Trim();
        return Tidy.Answer(value.Trim("*`")).ToString();
    }

    // Only what can't be part of a longer sentence: a formula, a text in emphasis, a number, a choice.
    [GeneratedRegex(@"(?:\$[^$\n]+\$|\\\([^\n]+\\\)|\*\*[^*\n]+\*\*|(?:\\?\$)?(?:[-+]|\b)\d[\d,./]*%?|\([A-E]\)|\b[A-E])$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Value();

    [GeneratedRegex(@"(?:\b(?:if|whether|unless|assume|suppose|assuming|(?:suppose|assume)\sthat|not|neither|nor|say|guess"
        + @"|check|step|equation|case|part|is|than)"
        + @"|[-+*/=^]|\d\s?,)\s*(?:option\s|choice\s)?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Doubt();
}
