using System.Globalization;
using System.Text.RegularExpressions;

namespace RebaseBatch.Commands.Jobs;

/// <summary>
/// Reads a moment in the forms of ISO 8601, and in no others: 12/01/2026 is a day in December to some and in January to others. Pure.
/// </summary>
static partial class MomentText
{
    const string Forms = "write it as 2026-11-21T07:00+01:00, 2026-11-21T06:00Z, or without a zone as '2026-11-21 07:00'";

    static readonly string[] s_local = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];
    static readonly string[] s_zoned = ["yyyy-MM-dd HH:mmzzz", "yyyy-MM-dd HH:mm:sszzz"];

    public static bool HasZone(string text) => Zone().IsMatch(text);

    /// <param name="zone">Where a time without a zone is.</param>
    /// <returns>The moment, or what is wrong with the text.</returns>
    public static (DateTimeOffset? Moment, string? Fault) Parse(string text, TimeZoneInfo zone)
    {
        var plain = text.Trim().Replace('T', ' ');
        if (HasZone(plain))
        {
            var zoned = plain.EndsWith('Z') ? plain[..^1].TrimEnd() + "+00:00" : SpaceBeforeZone().Replace(plain, "");
            return DateTimeOffset.TryParseExact(zoned, s_zoned, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
                ? (moment, null) : (null, $"'{text}' is not a time: {Forms}");
        }

        if (!DateTime.TryParseExact(plain, s_local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return (null, $"'{text}' is not a time, or not a clear one: {Forms}");
        // When the clocks change, an hour is skipped and another comes twice.
        if (zone.IsInvalidTime(local)) return (null, $"'{text}' does not exist in {zone.Id}, whose clocks skip it: name the zone");
        if (zone.IsAmbiguousTime(local)) return (null, $"'{text}' comes twice in {zone.Id}, whose clocks are put back: name the zone");
        return (new(local, zone.GetUtcOffset(local)), null);
    }

    [GeneratedRegex(@"(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Zone();

    [GeneratedRegex(@" (?=[+-]\d\d:\d\d$)")]
    private static partial Regex SpaceBeforeZone();
}
