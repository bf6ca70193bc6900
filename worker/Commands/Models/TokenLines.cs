using System.Text;
using RebaseBatch.Solving.Trials;

namespace RebaseBatch.Commands.Models;

/// <summary>Tokens as lines of text: <c>17:" is"</c>, and a control token without quotes, as <c>1:&lt;s&gt;</c>.</summary>
static class TokenLines
{
    // A longer input is shortened in the middle: the beginning shows the template, the end what the model continues.
    const int Most = 60, First = 36, Last = 20;

    public static string One(TrialToken token) => token.IsControl
        ? $"{token.Id}:{(token.Text.Length > 0 ? token.Text : "?")}"
        : $"{token.Id}:\"{Escaped(token.Text)}\"";

    /// <summary>All tokens, or the first and the last of many, in lines of at most <paramref name="width"/> characters.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<TrialToken> tokens, int width) => Wrapped(tokens.Count <= Most
        ? tokens.Select(One)
        : [.. tokens.Take(First).Select(One), $"... {tokens.Count - First - Last} more ...", .. tokens.TakeLast(Last).Select(One)], width);

    /// <summary>The tokens around one of them, which stands in brackets.</summary>
    public static IEnumerable<string> Around(IReadOnlyList<TrialToken> tokens, int at, int width)
    {
        const int Before = 5, After = 2;
        var (from, to) = (Math.Max(0, at - Before), Math.Min(tokens.Count, at + After + 1));
        return Wrapped(
            [
                .. from > 0 ? ["..."] : Array.Empty<string>(),
                .. Enumerable.Range(from, to - from).Select(i => i == at ? $"[{One(tokens[i])}]" : One(tokens[i])),
                .. to < tokens.Count ? ["..."] : Array.Empty<string>(),
            ], width);
    }

    static IEnumerable<string> Wrapped(IEnumerable<string> words, int width)
    {
        var line = new StringBuilder();
        foreach (var word in words)
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }

        if (line.Length > 0) yield return line.ToString();
    }

    static string Escaped(string text) => text.Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal);
}
