using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RebaseBatch.Commands.Db;

/// <summary><c>--keep</c>: an age such as <c>90d</c>.</summary>
static class KeepOption
{
    // A hundred years: more would leave the range of dates.
    const double LongestDays = 36_500;

    public static Option<TimeSpan> Create() => new("--keep")
    {
        Description = "Keep what ended at most this long ago: a number with h, d or w, such as 90d.",
        HelpName = "AGE",
        Required = true,
        CustomParser = Parse,
    };

    static TimeSpan Parse(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        var days = text is [.. var number, 'h' or 'd' or 'w']
            && double.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count * (text[^1] switch { 'h' => 1 / 24.0, 'w' => 7, _ => 1 })
            : (double?)null;
        if (days is { } given and <= LongestDays) return TimeSpan.FromDays(given);
        result.AddError($"--keep takes a number with h, d or w, such as 90d; '{text}' is not one.");
        return default;
    }
}
