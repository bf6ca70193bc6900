using System.CommandLine;
using System.Globalization;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Commands.Jobs;

/// <summary>An option that takes a moment, a day, or a span before now such as <c>2h</c>.</summary>
static class SinceOption
{
    // A hundred years: more is a slip, and far more than Postgres can subtract.
    const double MostSeconds = 100 * 366 * 86_400.0;

    public static Option<Since?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME|SPAN",
        CustomParser = result =>
        {
            var (since, fault) = Parse(result.Tokens[0].Value, TimeZoneInfo.Local);
            if (fault is not null) result.AddError($"{name}: {fault}");
            return since;
        },
    };

    /// <param name="zone">Where a moment without a zone is.</param>
    /// <returns>The beginning, or what is wrong with the text.</returns>
    public static (Since? Since, string? Fault) Parse(string text, TimeZoneInfo zone)
    {
        if (SecondsOf(text.Trim()) is { } seconds)
        {
            return seconds <= MostSeconds ? (new Since(null, seconds), null)
                : (null, $"'{text}' is longer than a hundred years: leave the option out to see everything");
        }

        var isDay = DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        var (moment, fault) = MomentText.Parse(isDay ? $"{text.Trim()} 00:00" : text, zone);
        return moment is { } at ? (new Since(at, null), null) : (null, $"{fault}, or as a span such as 30m, 2h, 3d or 1w");
    }

    static double? SecondsOf(string text)
    {
        double? unit = text.LastOrDefault() switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, _ => null };
        return unit is { } seconds
            && double.TryParse(text.AsSpan()[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            ? count * seconds : null;
    }
}
