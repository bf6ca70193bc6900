using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>
/// The end rule of words that announce an answer only where a value follows: <c>The solution is: 42</c>, but not <c>The solution is to
/// add both</c>.
/// </summary>
static partial class ValueRule
{
    /// <inheritdoc cref="AnswerForm.EndRule"/>
    public static string Take(ReadOnlySpan<char> text, int start, int end) =>
        Start().IsMatch(text[end..Math.Min(text.Length, end + 40)]) ? SentenceRule.Take(text, start, end) : "";

    /// <summary>For a text in quotes or in brackets of a form: the answer ends where these do, else with its sentence.</summary>
    /// <param name="close">What ends it.</param>
    public static AnswerForm.EndRule Until(string close) => (text, start, end) =>
    {
        var at = text[end..].IndexOf(close, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? SentenceRule.Take(text, start, end) : Tidy.Answer(text.Slice(end, at)).ToString();
    };

    [GeneratedRegex(@"^[\s:=]*(?:(?:approximately|exactly|simply|just)\s)?"
        + @"(?:[*`]{0,2}[-+]?(?:\\?\$)?[\d(\[]|[*`]{0,2}[-+]?\$|\\|[*`]{0,2}[a-zA-Z]\s?="
        + @"|[*`]{0,2}[A-E](?:[.)*`\s]|$))",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Start();
}
