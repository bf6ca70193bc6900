using System.Buffers;
using System.Text.RegularExpressions;
using RebaseBatch.Core.Answers.Extraction;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// Finds the final answer that a solution states, in any form of <see cref="AnswerForms"/>. The last one in the text counts. Thoughts are
/// left out, and so is a next question that the policy asks itself.
/// </summary>
static class AnswerExtractor
{
    static readonly SearchValues<char> s_valueSigns = SearchValues.Create("0123456789\\$");

    // A final answer is at the end of a text. The search goes no farther back than this, which bounds its time for a text full of markers.
    const int LongestTail = 65_536;

    // As many markers that announce nothing are passed over.
    const int MostTries = 16;

    /// <param name="solution">The policy's text, without the question.</param>
    /// <param name="pattern">The job's own form, which then is the only one; null for the known forms.</param>
    /// <returns>The answer as written; null when the solution states none, or states an empty one.</returns>
    public static string? Extract(string solution, Regex? pattern) =>
        pattern is null ? Find(solution)?.Answer : Find(solution, text => PatternRule.Last(text, pattern));

    /// <inheritdoc cref="Extract(string, Regex?)"/>
    public static string? Extract(string solution) => Extract(solution, null);

    /// <summary>The answer with the known form that states it; null when the solution states none, or states an empty one.</summary>
    public static FoundAnswer? Find(string solution) =>
        Find(solution, text => Last(text, hints: false) ?? Last(text, hints: true));

    static T? Find<T>(string solution, Func<string, T?> last) where T : class
    {
        foreach (var part in SolutionText.OutsideThoughts(solution))
        {
            var text = part.TrimEnd();
            text = text[Math.Max(0, text.Length - LongestTail)..];
            foreach (var end in SolutionText.RunOns(text))
                if (last(text[..end].TrimEnd()) is { } answer) return answer;
            if (last(text) is { } whole) return whole;
        }
        return null;
    }

    static FoundAnswer? Last(ReadOnlySpan<char> text, bool hints)
    {
        List<(int Start, int End, AnswerForm Form)> found = [];
        foreach (var form in AnswerForms.All.Where(form => form.Rank == FormRank.Hint == hints))
            foreach (var match in form.Marker.EnumerateMatches(text))
                found.Add((match.Index, match.Index + match.Length, form));
        found.Sort((a, b) => b.End.CompareTo(a.End));
        FoundAnswer? words = null;
        foreach (var (start, end, form) in found.Take(MostTries))
        {
            var answer = form.Take(text, start, end);
            if (answer.Length == 0 || (words is { } spare && form.Rank >= spare.Form.Rank)) continue;
            if (form.Rank == FormRank.Markup || IsValue(answer)) return new(answer, form);
            words ??= new(answer, form);
        }
        return words;
    }

    // "The answer is an interesting one" says less than a box before it.
    static bool IsValue(string answer) => answer.AsSpan().ContainsAny(s_valueSigns) || answer.AsSpan().Count(' ') < 3;
}
