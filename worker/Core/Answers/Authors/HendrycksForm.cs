using System.Text;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>
/// The normal form of Hendrycks' MATH (hendrycks/math, math_equivalence.py) as the authors' grader uses it first (math_normalize.py). The
/// code replaces text in a fixed order, and the order matters. Where their code throws on an unusual text, the text stays as it was.
/// </summary>
static class HendrycksForm
{
    public static string Of(string answer)
    {
        answer = answer.Trim();
        if (PrmForm.UnwrapText(answer) is { } inside) answer = inside.Trim();
        return Normalize(answer) ?? answer;
    }

    /// <returns>Null where their code throws.</returns>
    static string? Normalize(string text)
    {
        text = text.Replace("\n", "").Replace("\\!", "").Replace("\\\\", "\\")
            .Replace("tfrac", "frac").Replace("dfrac", "frac").Replace("\\left", "").Replace("\\right", "")
            .Replace("^{\\circ}", "").Replace("^\\circ", "").Replace("\\$", "");
        var units = text.Split("\\text{ ");
        if (units.Length > 2) return null;
        text = units[0].Replace("\\%", "").Replace(" .", " 0.").Replace("{.", "{0.");
        if (text.Length == 0) return text;
        if (text[0] == '.') text = "0" + text;
        if (text.Split('=') is [{ Length: <= 2 }, var right]) text = right;
        if (BraceSquareRoots(text) is not { } braced || BraceFractions(braced.Replace(" ", "")) is not { } whole) return null;
        return whole == "0.5" ? "\\frac{1}{2}" : StackSlash(whole);
    }

    /// <summary>\sqrt3 is \sqrt{3}.</summary>
    static string? BraceSquareRoots(string text)
    {
        var parts = text.Split("\\sqrt");
        var whole = new StringBuilder(parts[0]);
        foreach (var part in parts.AsSpan(1))
        {
            if (part.Length == 0) return null;
            whole.Append("\\sqrt");
            if (part[0] == '{') whole.Append(part);
            else whole.Append('{').Append(part[0]).Append('}').Append(part.AsSpan(1));
        }
        return whole.ToString();
    }

    /// <summary>
    /// \frac12 is \frac{1}{2}, \frac1{72} is \frac{1}{72}; \frac{72}1 stays. If only one character follows any \frac, the whole text stays.
    /// </summary>
    static string? BraceFractions(string text)
    {
        var parts = text.Split("\\frac");
        var whole = new StringBuilder(parts[0]);
        foreach (var part in parts.AsSpan(1))
        {
            if (part.Length == 0) return null;
            whole.Append("\\frac");
            if (part[0] == '{')
            {
                whole.Append(part);
                continue;
            }
            if (part.Length < 2) return text;
            whole.Append('{').Append(part[0]).Append('}');
            if (part[1] == '{') whole.Append(part.AsSpan(1));
            else whole.Append('{').Append(part[1]).Append('}').Append(part.AsSpan(2));
        }
        return whole.ToString();
    }

    /// <summary>3/4 is \frac{3}{4}, for plain whole numbers only.</summary>
    static string StackSlash(string text) =>
        text.Split('/') is [var above, var below] && IsPlainWhole(above) && IsPlainWhole(below) ? $"\\frac{{{above}}}{{{below}}}" : text;

    static bool IsPlainWhole(ReadOnlySpan<char> number)
    {
        if (number is "0") return true;
        if (number.Length > 1 && number[0] == '-') number = number[1..];
        return number.Length > 0 && number[0] is >= '1' and <= '9' && !number.ContainsAnyExceptInRange('0', '9');
    }
}
