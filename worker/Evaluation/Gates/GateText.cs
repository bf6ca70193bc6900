using System.Globalization;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>Figures of a gate as people read them. Pure.</summary>
static class GateText
{
    /// <summary>A share of the problems as "1.5 points".</summary>
    public static string Points(double share)
    {
        // What is seen must not look smaller than what is tolerated if it is not.
        var text = (100 * share).ToString("0.##", CultureInfo.InvariantCulture);
        return $"{text} {(text == "1" ? "point" : "points")}";
    }

    /// <summary>"1 cell", "1,200 cells".</summary>
    public static string Count(int count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");
}
