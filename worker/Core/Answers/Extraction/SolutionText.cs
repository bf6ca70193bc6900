using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>The parts of a policy's text in which its answer may stand.</summary>
static partial class SolutionText
{
    // A text full of thoughts or questions is searched this often at most.
    const int MostParts = 8;

    static readonly (string Open, string Close)[] s_thoughts = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

    /// <returns>What stands outside of thoughts, closed or not; the text after the last thought first.</returns>
    public static IEnumerable<string> OutsideThoughts(string text)
    {
        for (var part = 0; part < MostParts; part++)
        {
            var (close, closed) = (-1, "");
            var opened = "";
            foreach (var thought in s_thoughts)
            {
                var at = text.LastIndexOf(thought.Close, StringComparison.OrdinalIgnoreCase);
                if (at > close) (close, opened, closed) = (at, thought.Open, thought.Close);
            }
            yield return BeforeThought(text[(close < 0 ? 0 : close + closed.Length)..]);
            if (close < 0) yield break;
            // Without an opening tag, the prompt's template opened the thought: all before it is thought.
            var open = text.LastIndexOf(opened, close, StringComparison.OrdinalIgnoreCase);
            if (open < 0) yield break;
            text = text[..open];
        }
    }

    /// <returns>Where the text may run on into a next question: lengths of the text before it, shortest first.</returns>
    public static IReadOnlyList<int> RunOns(string text)
    {
        List<int> ends = [];
        foreach (var match in NextQuestion().EnumerateMatches(text))
        {
            if (match.Index > 0) ends.Add(match.Index);
            if (ends.Count == MostParts) break;
        }
        return ends;
    }

    static string BeforeThought(string text)
    {
        foreach (var (open, _) in s_thoughts)
        {
            var at = text.IndexOf(open, StringComparison.OrdinalIgnoreCase);
            if (at >= 0) text = text[..at];
        }
        return text;
    }

    // Headings of few-shot prompts, of chat templates and of Alpaca's template (MetaMath).
    [GeneratedRegex(@"\n[ \t#*]*(?:question|problem|exercise|q|human|user|instruction|input|问题|题目)"
        + @"[ \t]*(?:\d{1,3}|\(\d{1,3}\))?[*]{0,2}[ \t]*[:：]"
        + @"|\n###? (?:question|problem|instruction|exercise)\b|\nBelow is an instruction"
        + @"|<\|(?:im_start|im_end|eot_id|endoftext|start_header_id)\|>|</s>|\[INST\]",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NextQuestion();
}
