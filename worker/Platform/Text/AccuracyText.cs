using System.Globalization;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Platform.Text;

/// <summary>An accuracy as people read it: never without its interval and the number of problems that it is of.</summary>
static class AccuracyText
{
    /// <summary><c>81.7 % (70.1 to 89.4)</c>, with the 95 % interval; a hyphen if nothing is graded.</summary>
    public static string Of(int correct, int graded)
    {
        if (graded == 0) return "-";
        var interval = WilsonInterval.Of(correct, graded);
        return string.Create(CultureInfo.InvariantCulture,
            $"{HumanText.Share(correct, graded)} ({100 * interval.Low:F1} to {100 * interval.High:F1})");
    }

    /// <summary><c>60 problems</c>; <c>4 of 30 problems</c> if not all are graded.</summary>
    public static string Graded(int graded, int problems) =>
        $"{(graded == problems ? "" : $"{HumanText.Of(graded)} of ")}{HumanText.Of(problems)} {(problems == 1 ? "problem" : "problems")}";
}
