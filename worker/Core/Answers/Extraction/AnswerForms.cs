using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Extraction;

/// <summary>The table of all known forms.</summary>
static partial class AnswerForms
{
    const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    public static IReadOnlyList<AnswerForm> All { get; } =
    [
        new("MATH, and Minerva's and Math-Verify's reading of it", FormRank.Markup, BoxMarker(), BoxRule.Take),
        new("GSM8K", FormRank.Markup, HashMarker(), HashRule.Take),
        new("R1-style prompts", FormRank.Markup, TagMarker(), SentenceRule.Take),
        new("MetaMath, Minerva, lm-evaluation-harness", FormRank.Sentence, SentenceMarker(), SentenceRule.Take),
        new("Chinese data sets, Qwen2.5-Math's grader", FormRank.Sentence, ChineseMarker(), SentenceRule.Take),
        new("simple-evals, chat models", FormRank.Label, LabelMarker(), SentenceRule.Take),
        new("published GSM8K solutions", FormRank.Label, LineMarker(), LastLine),
        new("Markdown headings of reasoning models", FormRank.Label, HeadingMarker(), SentenceRule.Take),
        new("chat models", FormRank.Sentence, BehindMarker(), BackwardRule.Take),
        new("answers to choices", FormRank.Sentence, OptionMarker(), ValueRule.Take),
        new("few-shot prompts", FormRank.Markup, BracketMarker(), ValueRule.Until("[/")),
        new("prompts for JSON", FormRank.Markup, QuotedMarker(), ValueRule.Until("\"")),
        new("MGSM in simple-evals", FormRank.Label, OtherTonguesMarker(), SentenceRule.Take),
        new("chat models", FormRank.Hint, SolutionMarker(), ValueRule.Take),
        new("Math-Verify's tests", FormRank.Hint, SolutionBehindMarker(), BackwardRule.Take),
    ];

    static string LastLine(ReadOnlySpan<char> text, int start, int end) =>
        text[end..].Contains('\n') ? "" : SentenceRule.Take(text, start, end);

    [GeneratedRegex(@"\\(?:boxed|fbox)", Linear)]
    private static partial Regex BoxMarker();

    [GeneratedRegex("####", Linear)]
    private static partial Regex HashMarker();

    [GeneratedRegex("<(?:final[ _]?)?ans(?:wer)?>", Linear)]
    private static partial Regex TagMarker();

    // "the answer is", "our final answer to the problem is", "the answers, in order, are".
    [GeneratedRegex(@"(?:the|our|my|an|so|correct|final)\s(?:[a-z]+\s){0,3}?answers?"
        + @"(?:\s\([^)\n]{0,40}\))?"
        + @"(?:,?\s(?:to|for|in|of|as|rounded|expressed|we|you|that)\s[^.\n:;]{1,80}?,?)?"
        + @"(?:,?\s(?:therefore|then|thus),?)?"
        + @"\s(?:is|are|equals|becomes|was|comes\s(?:out\s)?to|(?:should|must|will|would)\sbe)\b", Linear)]
    private static partial Regex SentenceMarker();

    [GeneratedRegex("答案(?:应该|应当|就)?(?:是|为|為|等于|[:：])", Linear)]
    private static partial Regex ChineseMarker();

    // "Answer: 42", "**Final Answer**: 42", "Answer (in dollars): 42".
    [GeneratedRegex(@"\b(?:answers?|ans)(?:\s\([^)\n]{0,40}\))?[*_""']{0,3}\s?(?:[:：=→⇒]|->|\$\\(?:right|Right|long)arrow)", Linear)]
    private static partial Regex LabelMarker();

    // "42 is the answer", "we get 42 as the final answer", "option (C) is correct".
    [GeneratedRegex(@"\s(?:(?:is|are|was|must\sbe)\s(?:thus\s|therefore\s|indeed\s)?|as\s)(?:the|our|my)"
        + @"\s(?:(?:final|correct|right|required|desired)\s)?(?:answers?\b|option\b|choice\b)|\sis\s(?:the\s)?correct\b", Linear)]
    private static partial Regex BehindMarker();

    // "The correct option is (B)", "an answer of 42", "Answer is 42", "Answer $42$".
    [GeneratedRegex(@"\b(?:(?:correct|right|best)\s(?:option|choice)\s(?:is|[:：])|(?:a|an|the)\s(?:final\s)?answer\sof\b)"
        + @"|(?:^|\n)[ \t*]*(?:final\s)?answer[*]{0,2}\s(?:is\b)?", Linear)]
    private static partial Regex OptionMarker();

    [GeneratedRegex(@"\[(?:final[ _]?)?answer\]", Linear)]
    private static partial Regex BracketMarker();

    [GeneratedRegex("\"(?:final[ _]?)?answer\"\\s?:\\s?\"", Linear)]
    private static partial Regex QuotedMarker();

    [GeneratedRegex("(?:উত্তর|Antwort|Respuesta|Réponse|Risposta|Resposta|答え|Ответ|Jibu|คำตอบ|సమాధానం|정답)[*_]{0,3}\\s?[:：]", Linear)]
    private static partial Regex OtherTonguesMarker();

    // "The solution is: 42", "the final result is 42".
    [GeneratedRegex(@"\b(?:the|our|only)\s(?:final\s)?(?:solutions?|final\sresult|final\svalue)"
        + @"(?:\s(?:to|of|for)\s[^.\n:;]{1,60}?)?\s?(?:\sis|\sare|[:：])", Linear)]
    private static partial Regex SolutionMarker();

    [GeneratedRegex(@"\s(?:is|are)\s(?:the|our)\s(?:only\s|final\s)?(?:solutions?|final\sresult)\b", Linear)]
    private static partial Regex SolutionBehindMarker();

    // "A: 42" on the last line only: elsewhere it is a choice.
    [GeneratedRegex(@"(?:^|\n)A:[ \t]", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex LineMarker();

    // A line of its own: "**Final Answer**", "## Answer" or "Final Answer".
    [GeneratedRegex(@"(?:^|\n)[ \t]*(?:#{1,6} ?|\*\*|#{1,6} ?\*\*)?(?:(?:the )?final )?answer(?:\*\*)?[ \t]*\r?\n", Linear)]
    private static partial Regex HeadingMarker();
}
