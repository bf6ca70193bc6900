using System.Globalization;

namespace RebaseBatch.Platform.Text;

/// <summary>
/// Spans of time as people write them in options and files: numbers with the units s, m, h, d and w, such as <c>90m</c>, <c>1.5h</c> or
/// <c>1d 12h</c>. Pure.
/// </summary>
static class DurationText
{
    /// <summary>A JSON schema's pattern of such a text.</summary>
    public const string Pattern = @"^ *[0-9]+(\.[0-9]+)?[smhdw]( +[0-9]+(\.[0-9]+)?[smhdw])* *$";

    // A hundred years: more is a slip, and leaves the range of dates.
    static readonly TimeSpan s_longest = TimeSpan.FromDays(36_525);

    /// <returns>The span, 0 or more whole seconds; or what is wrong with the text. One of the two is null.</returns>
    /// <param name="allowsZero">Whether a span of 0 makes sense.</param>
    public static (TimeSpan? Span, string? Fault) Parse(string text, bool allowsZero = true)
    {
        var seconds = 0.0;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts)
        {
            // As the pattern has it: a digit on both sides of a point.
            if (UnitOf(part) is not { } unit || part is not [>= '0' and <= '9', .., _] || !char.IsAsciiDigit(part[^2])
                || !double.TryParse(part.AsSpan()[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                || !double.IsFinite(count))
                return (null, NoSpan(text));
            seconds += count * unit;
        }

        if (parts.Length == 0) return (null, NoSpan(text));
        if (seconds > s_longest.TotalSeconds) return (null, $"'{text}' is longer than a hundred years");
        var span = TimeSpan.FromSeconds(Math.Round(seconds));
        return allowsZero || span > TimeSpan.Zero ? (span, null) : (null, $"'{text}' is not longer than 0");
    }

    /// <summary>Whether the text ends as a span does. A moment or a day never does.</summary>
    public static bool HasUnit(string text) => UnitOf(text.TrimEnd()) is not null;

    /// <summary>The reverse of <see cref="Parse"/>: "26h", "7d", or parts of these such as "2d 12h".</summary>
    public static string Of(TimeSpan span)
    {
        (int Count, string Unit)[] parts = span.TotalHours < 48
            ? [((int)span.TotalHours, "h"), (span.Minutes, "m"), (span.Seconds, "s")]
            : [(span.Days, "d"), (span.Hours, "h"), (span.Minutes, "m"), (span.Seconds, "s")];
        var given = parts.Where(part => part.Count > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Unit}"));
        return string.Join(' ', given) is { Length: > 0 } text ? text : "0s";
    }

    static string NoSpan(string text) => $"'{text}' is not a span of time: write numbers with s, m, h, d or w, such as 90m, 7d or 1d 12h";

    static double? UnitOf(string text) =>
        text.LastOrDefault() switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, _ => null };
}
