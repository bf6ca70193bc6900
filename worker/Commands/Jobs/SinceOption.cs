using System.CommandLine;
using System.Globalization;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary>An option that takes a moment, a day, or a span before now such as <c>2h</c>.</summary>
static class SinceOption
{
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
        var (span, wrong) = DurationText.Parse(text);
        if (span is { } before) return (new Since(null, before.TotalSeconds), null);
        if (DurationText.HasUnit(text)) return (null, wrong);

        var isDay = DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        var (moment, fault) = MomentText.Parse(isDay ? $"{text.Trim()} 00:00" : text, zone);
        return moment is { } at ? (new Since(at, null), null) : (null, $"{fault}, or as a span such as 30m, 2h, 3d or 1w");
    }
}
