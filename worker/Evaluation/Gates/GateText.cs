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

    /// <summary>A time as policy files have it: "26h", "90m", "7d", or parts of these such as "1d 12h".</summary>
    public static string Age(TimeSpan age)
    {
        (int Count, string Unit)[] parts = age.TotalHours < 48
            ? [((int)age.TotalHours, "h"), (age.Minutes, "m"), (age.Seconds, "s")]
            : [(age.Days, "d"), (age.Hours, "h"), (age.Minutes, "m"), (age.Seconds, "s")];
        var given = parts.Where(part => part.Count > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Unit}"));
        return string.Join(' ', given) is { Length: > 0 } text ? text : "0s";
    }

    // Far from where a sum of a few parts overflows.
    static readonly TimeSpan s_mostAge = TimeSpan.FromDays(1_000_000);

    /// <summary>The reverse of <see cref="Age"/>; whole numbers with a unit, added up.</summary>
    /// <returns>Null: the text is no such time.</returns>
    public static TimeSpan? AgeOf(string text)
    {
        var sum = TimeSpan.Zero;
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 1_000_000) return null;
            var unit = part[^1] switch
            {
                'd' => TimeSpan.FromDays(1),
                'h' => TimeSpan.FromHours(1),
                'm' => TimeSpan.FromMinutes(1),
                's' => TimeSpan.FromSeconds(1),
                _ => TimeSpan.Zero,
            };
            if (unit == TimeSpan.Zero || sum > s_mostAge) return null;
            sum += count * unit;
        }

        return sum > TimeSpan.Zero ? sum : null;
    }
}
