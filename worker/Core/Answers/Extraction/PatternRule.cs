using System.Text.RegularExpressions;
using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>
/// Finds the answer by a job's own pattern. No clock limits the search: whether an answer is found must depend on the text alone, or a
/// resumed search could end otherwise.
/// </summary>
static class PatternRule
{
    // Finding every match may take time that grows with the square of the text, such as for 'a.*b|a' in a text of a's.
    internal const int LongestTail = 16_384;

    // As many matches whose group is empty are passed over.
    const int MostTries = 16;

    /// <returns>The last match that has an answer; null when none has.</returns>
    public static string? Last(string text, Regex pattern)
    {
        if (text.Length > LongestTail) text = text[^LongestTail..];
        var places = new Queue<int>(MostTries);
        foreach (var match in pattern.EnumerateMatches(text))
        {
            if (match.Length == 0) continue;
            if (places.Count == MostTries) places.Dequeue();
            places.Enqueue(match.Index);
        }
        foreach (var place in places.Reverse())
            if (Answer(pattern.Match(text, place)) is { Length: > 0 } answer) return answer;
        return null;
    }

    static string Answer(Match match)
    {
        var named = match.Groups[AnswerPattern.Group];
        var group = named.Success || match.Groups.Count == 1 ? named : match.Groups[1];
        var found = match.Groups.Count == 1 ? match.Value : group.Value;
        return Tidy.Answer(found).ToString();
    }
}
