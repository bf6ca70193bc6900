using System.Globalization;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Numbers as the page shows them.</summary>
static class NumberText
{
    /// <summary><c>76.5 %</c></summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    /// <summary><c>76.5 % (70.2 to 81.8)</c></summary>
    public static string Interval(Estimate share) => Joined(string.Create(CultureInfo.InvariantCulture,
        $"{100 * share.Value:F1} % ({100 * share.Low:F1} to {100 * share.High:F1})"));

    /// <summary><c>153 of 200: 76.5 % (70.2 to 81.8)</c>: a share without its whole could be one of four problems.</summary>
    public static string Accuracy(int right, int graded, Estimate accuracy) => Joined($"{right} of {graded}: {Interval(accuracy)}");

    /// <summary><c>−9.5 (−13.2 to −5.8)</c>, in points; nothing for null.</summary>
    public static string Change(Estimate? change) => change is not { } known ? "" : Joined(string.Create(CultureInfo.InvariantCulture,
        $"{100 * known.Value:+0.0;−0.0;0.0} ({100 * known.Low:+0.0;−0.0;0.0} to {100 * known.High:+0.0;−0.0;0.0})"));

    /// <summary><c>5.18 × 10⁷</c>; powers of ten alone as <c>10⁷</c>.</summary>
    public static string Scientific(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value.ToString(CultureInfo.InvariantCulture);
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9);
        var mantissa = Math.Round(value / Math.Pow(10, exponent), 2);
        if (mantissa >= 10) (mantissa, exponent) = (mantissa / 10, exponent + 1);
        if (exponent is > -3 and < 4) return value.ToString("G3", CultureInfo.InvariantCulture);
        return mantissa == 1
            ? $"10{Raised(exponent)}" : string.Create(CultureInfo.InvariantCulture, $"{mantissa:0.##} × 10{Raised(exponent)}");
    }

    /// <summary><c>0.012</c>; below a thousandth <c>&lt; 0.001</c>.</summary>
    public static string Chance(double p) => p < 0.001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary><c>0.42 s</c></summary>
    public static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:G3} s");

    // A line may end before the interval only.
    static string Joined(string text) => text.Replace(' ', '\u00a0').Replace("\u00a0(", " (", StringComparison.Ordinal);

    static string Raised(int exponent) =>
        string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(sign => sign is '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign - '0']));
}
