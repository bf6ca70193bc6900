using System.Buffers;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// Finds the final answer that a solution states. The conventions: <c>#### x</c> (GSM8K), <c>The answer is: x</c> (MetaMath),
/// <c>\boxed{x}</c> (MATH) and <c>The final answer is x. I hope it is correct.</c> (Minerva). The last one in the text counts.
/// </summary>
static class AnswerExtractor
{
    /// <summary>Step tag of the Math-Shepherd convention: a policy trained on tagged text writes it after each step.</summary>
    const string StepTag = "ки";

    // A final answer is at the end of a text. The search goes no farther back than this, which bounds its time for a text full of markers.
    const int LongestTail = 65_536;

    /// <param name="Marker">The text that announces the answer.</param>
    /// <param name="Speaks">Whether the marker really announces an answer; takes the text after the marker.</param>
    /// <param name="Take">The answer in the text after the marker; empty when there is none.</param>
    sealed record Convention(string Marker, Func<ReadOnlySpan<char>, bool> Speaks, Take Take);

    delegate ReadOnlySpan<char> Take(ReadOnlySpan<char> rest);

    static readonly Convention[] s_conventions =
    [
        new("####", HashesSpeak, Line),
        new("The answer is", EndsWord, Line),
        new("The final answer is", EndsWord, Minerva),
        new("\\boxed", OpensBox, Box),
        new("\\fbox", OpensBox, Box),
    ];

    static readonly SearchValues<char> s_numberCharacters = SearchValues.Create("0123456789.,%$ ");

    /// <param name="solution">The policy's text, without the question.</param>
    /// <returns>The answer as written; null when the solution states none, or states an empty one.</returns>
    public static string? Extract(string solution)
    {
        var text = solution.AsSpan().TrimEnd();
        text = text[Math.Max(0, text.Length - LongestTail)..];
        var last = -1;
        var answer = ReadOnlySpan<char>.Empty;
        foreach (var convention in s_conventions)
        {
            var at = LastOf(text, convention);
            if (at <= last) continue;
            last = at;
            answer = convention.Take(text[(at + convention.Marker.Length)..]);
        }
        return answer.IsEmpty ? null : answer.ToString();
    }

    static int LastOf(ReadOnlySpan<char> text, Convention convention)
    {
        var marker = convention.Marker;
        var at = text.LastIndexOf(marker);
        while (at >= 0 && !convention.Speaks(text[(at + marker.Length)..])) at = text[..at].LastIndexOf(marker);
        return at;
    }

    static bool EndsWord(ReadOnlySpan<char> rest) => rest.IsEmpty || rest[0] == ':' || char.IsWhiteSpace(rest[0]);

    static bool OpensBox(ReadOnlySpan<char> rest) => !rest.IsEmpty && (rest[0] == '{' || char.IsWhiteSpace(rest[0]));

    /// <summary>True before a number; before other words only on the last line, because "#### Step 2" is a Markdown heading.</summary>
    static bool HashesSpeak(ReadOnlySpan<char> rest) => IsNumberLine(rest.TrimStart(" $-+")) || !rest.ContainsAny('\r', '\n');

    static bool IsNumberLine(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty || !(char.IsAsciiDigit(rest[0]) || rest[0] == '.')) return false;
        var end = rest.IndexOfAnyExcept(s_numberCharacters);
        return end < 0 || rest[end] is '\r' or '\n';
    }

    static ReadOnlySpan<char> Line(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny('\r', '\n');
        return Clean(end < 0 ? rest : rest[..end]);
    }

    static ReadOnlySpan<char> Minerva(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(". I hope it is correct");
        return end < 0 ? Line(rest) : Clean(rest[..end]);
    }

    static ReadOnlySpan<char> Clean(ReadOnlySpan<char> answer)
    {
        answer = answer.TrimStart(':').Trim();
        if (answer.EndsWith(StepTag) && (answer.Length == StepTag.Length || !char.IsLetter(answer[^(StepTag.Length + 1)])))
            answer = answer[..^StepTag.Length].TrimEnd();
        return answer.EndsWith('.') ? answer[..^1].TrimEnd() : answer;
    }

    /// <summary>
    /// The text in the matching braces; for <c>\boxed x</c> the text up to the end of the formula or line, as in Minerva.
    /// </summary>
    static ReadOnlySpan<char> Box(ReadOnlySpan<char> rest)
    {
        var open = rest.IndexOfAnyExcept(' ', '\t');
        if (open < 0) return [];
        if (rest[open] != '{')
        {
            var end = rest.IndexOfAny('$', '\r', '\n');
            return Clean(end < 0 ? rest : rest[..end]);
        }
        var depth = 0;
        for (var i = open; i < rest.Length; i++)
        {
            if (rest[i] == '\\') i++; // \{ and \} are no groups
            else if (rest[i] == '{') depth++;
            else if (rest[i] == '}' && --depth == 0) return rest[(open + 1)..i].Trim();
        }
        return []; // cut off in the middle: no answer
    }
}
