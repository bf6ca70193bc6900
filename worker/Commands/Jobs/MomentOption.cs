using System.CommandLine;

namespace RebaseBatch.Commands.Jobs;

/// <summary>An option that takes a moment, as <see cref="MomentText"/> reads it.</summary>
static class MomentOption
{
    public static Option<DateTimeOffset?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var (moment, fault) = MomentText.Parse(result.Tokens[^1].Value, TimeZoneInfo.Local);
            if (fault is not null) result.AddError($"{name}: {fault}");
            return moment;
        },
    };

    /// <summary>What the user may not have meant: the moment with its zone, if he named none. Null if he did, or gave no moment.</summary>
    public static string? Remark(ParseResult parsed, string name)
    {
        if (parsed.GetResult(name) is not System.CommandLine.Parsing.OptionResult { Tokens: [.., var given] }) return null;
        if (MomentText.HasZone(given.Value) || MomentText.Parse(given.Value, TimeZoneInfo.Local).Moment is not { } moment) return null;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{name} names no zone and is taken in this machine's: {moment:yyyy-MM-dd HH:mm:ss zzz} ({TimeZoneInfo.Local.Id})");
    }
}
