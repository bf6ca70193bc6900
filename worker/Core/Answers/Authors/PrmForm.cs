using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>
/// The normal form of openai/prm800k (grading/grader.py, _normalize). The authors' grader compares it after Hendrycks' form. Units, dollar
/// and percent signs are removed, TeX becomes plain text, mixed numbers become sums; no spaces, no braces, small letters, whole numbers as
/// digits.
/// </summary>
static partial class PrmForm
{
    static readonly string[] s_units =
    [
        "degree", "cm", "centimeter", "meter", "mile", "second", "minute", "hour", "day", "week", "month", "year", "foot", "feet",
        "inch", "yard",
    ];

    /// <summary>A unit with its plural and power, anywhere in the text: "day" is removed from "Monday" too.</summary>
    static readonly Regex[] s_unitPatterns =
        Array.ConvertAll(s_units,
            unit => new Regex(unit + "(es)?(s)? *(\\^[0-9]+)?", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    public static string Of(string answer)
    {
        var text = UnwrapText(answer) ?? answer;
        text = text.Replace("\\%", "%").Replace("\\$", "$").Replace("$", "").Replace("%", "").Replace(" or ", " , ").Replace(" and ", " , ")
            .Replace("million", "*10^6").Replace("billion", "*10^9").Replace("trillion", "*10^12");
        foreach (var unit in s_unitPatterns) text = unit.Replace(text, "");
        text = Degrees().Replace(text, "");
        if (text is ['{', .., '}']) text = text[1..^1];
        text = ThinComma().Replace(text, "");
        text = PythonNumber.Rounded(text) ?? text;
        if (text.Contains('\\')) text = Plain(text) ?? text;
        text = MinusSpace().Replace(text, "-");
        text = DigitGap().Replace(text, "$1+$2");
        text = text.Replace(" ", "").Replace("{", "").Replace("}", "").ToLowerInvariant();
        return PythonNumber.Truncated(text) ?? text;
    }

    /// <summary>The text in the braces when the whole text is one \text{...}, on one line and not empty; otherwise null.</summary>
    public static string? UnwrapText(string text)
    {
        const string open = "\\text{";
        if (text.EndsWith('\n')) text = text[..^1];
        return text.Length > open.Length + 1 && text.StartsWith(open, StringComparison.Ordinal) && text[^1] == '}' && !text.Contains('\n')
            ? text[open.Length..^1] : null;
    }

    static string? Plain(string text) =>
        LatexText.Of(text.Replace("\\tfrac", "\\frac").Replace("\\dfrac", "\\frac").Replace("\\frac", " \\frac"))
            ?.Replace("√", "sqrt").Replace("π", "pi").Replace("∞", "inf").Replace("∪", "U").Replace("·", "*").Replace("×", "*").Trim();

    [GeneratedRegex(@"\^ *\\circ", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Degrees();

    [GeneratedRegex(@",\\! *", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ThinComma();

    [GeneratedRegex("- *", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex MinusSpace();

    [GeneratedRegex("([0-9]) +([0-9])", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex DigitGap();
}
