using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Answers.Authors;

/// <summary>Numbers as the authors' grader reads them, with Python's float and its own notion of a whole number.</summary>
static partial class PythonNumber
{
    const double Slack = 1e-7;

    /// <summary>A float within 1e-7 of a whole number, as digits; null for any other text.</summary>
    public static string? Rounded(string text) => WholeValue(text) is { } value
        ? new BigInteger(Math.Round(value)).ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// The same without commas that group digits, but truncated instead of rounded: 1,002.99999999 counts as whole and gives 1002, as in
    /// their code.
    /// </summary>
    public static string? Truncated(string text) => WholeValue(WithoutGroupCommas(text)) is { } value
        ? new BigInteger(value).ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// The text without commas before exactly three digits. Each pass continues after the character that follows a match. So 1,234,567,890
    /// loses its first and third comma, and the second comma then has six digits after it and stays. Their code does exactly this.
    /// </summary>
    public static string WithoutGroupCommas(string text)
    {
        // Each pass that finds something removes a comma, and it skips only neighbours of removed commas: there are at most three passes.
        for (var next = Pass(text); next.Length < text.Length; next = Pass(text)) text = next;
        return text;

        static string Pass(string text)
        {
            if (!text.Contains(',')) return text;
            var kept = new StringBuilder(text.Length);
            for (var i = 0; i < text.Length; i++)
            {
                kept.Append(text[i]);
                if (!IsGrouped(text, i)) continue;
                kept.Append(text, i + 2, 3);
                i += 4;
                if (i + 1 < text.Length) kept.Append(text[++i]);
            }
            return kept.ToString();
        }

        static bool IsGrouped(string text, int i) =>
            i + 4 < text.Length && char.IsDigit(text[i]) && text[i + 1] == ',' && char.IsDigit(text[i + 2]) && char.IsDigit(text[i + 3])
                && char.IsDigit(text[i + 4])
            && (i + 5 == text.Length || !char.IsDigit(text[i + 5]));
    }

    static double? WholeValue(string text)
    {
        text = text.Trim();
        // Infinity and NaN are floats, but never whole numbers.
        if (!Float().IsMatch(text)
            || !double.TryParse(text.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return null;
        return double.IsFinite(value) && Math.Abs(value - Math.Round(value)) <= Slack ? value : null;
    }

    /// <summary>What Python's float accepts, in ASCII digits: underscores may stand between digits.</summary>
    [GeneratedRegex(@"^[+-]?([0-9]+(_[0-9]+)*\.?([0-9]+(_[0-9]+)*)?|\.[0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Float();
}
