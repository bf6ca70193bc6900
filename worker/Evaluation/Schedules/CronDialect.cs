using Cronos;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>
/// Reads the cron dialect that schedules are stored in. It allows more than Cronos: if day of month and day of week are both
/// restricted, either may match (Vixie's cron); days such as <c>L</c> and <c>15W</c> may be in a list; and a list may have empty parts.
/// </summary>
static class CronDialect
{
    static readonly string[] s_macros = ["@YEARLY", "@ANNUALLY", "@MONTHLY", "@WEEKLY", "@DAILY", "@MIDNIGHT", "@HOURLY"];

    /// <summary>What <c>*</c> stands for in each field.</summary>
    static readonly string[] s_ranges = ["0-59", "0-23", "1-31", "1-12", "0-6"];

    /// <returns>Expressions that Cronos reads. A moment fits the cron text if it fits any of them.</returns>
    /// <exception cref="FormatException">It is no cron expression.</exception>
    public static IReadOnlyList<CronExpression> Parse(string cron)
    {
        var fields = cron.ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields is [['@', ..] macro]) return s_macros.Contains(macro)
            ? [CronExpression.Parse(macro)]
            : throw new FormatException($"the macros are {string.Join(", ", s_macros).ToLowerInvariant()}.");
        if (fields.Length != 5) throw new FormatException("it needs five fields (minute, hour, day of month, month and day of "
            + $"week), but has {fields.Length}.");
        for (var i = 0; i < fields.Length; i++) fields[i] = Tidied(fields[i], s_ranges[i]);
        var (time, days, month, weekdays) = ($"{fields[0]} {fields[1]}", fields[2], fields[3], Weekdays(fields[4]));

        var dates = DatesOf(days, month).ToList();
        return days == "*" ? [Of("*", month, weekdays)]
            : weekdays == "*" ? [.. dates.Select(date => Of(date.Days, date.Month, "*"))]
            : [.. dates.Select(date => Of(date.Days, date.Month, "*")), Of("*", month, weekdays)];

        CronExpression Of(string days, string month, string weekdays) => CronExpression.Parse($"{time} {days} {month} {weekdays}");
    }

    /// <summary>
    /// A list without its empty parts. A list with <c>*</c> or <c>?</c> means everything; Cronos takes a <c>*/2</c> only alone.
    /// </summary>
    static string Tidied(string field, string range)
    {
        var parts = field.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Any(part => part is "*" or "?")) return "*";
        return parts.Length == 1
            ? parts[0]
            : string.Join(',', parts.Select(part => part.StartsWith("*/", StringComparison.Ordinal) ? range + part[1..] : part));
    }

    /// <summary>
    /// <c>L</c> alone is the week's last day, Saturday. Steps go from the day that is named to Saturday, where Cronos has Sunday twice, as
    /// 0 and 7.
    /// </summary>
    static string Weekdays(string field) => field switch
    {
        "L" => "6",
        _ when field.Split(',').Any(part => part is "0-6" or "0-7" or "1-7") => "*",
        _ => string.Join(',', field.Split(',').Select(part => part switch
        {
            [>= '0' and <= '7' and var day, '/', .. var step] => $"{(day == '7' ? '0' : day)}-6/{step}",
            ['7', '-', '7', '/', ..] => "0",
            ['7', '-', .. var rest] when rest.Contains('/') => $"0-{rest}",
            _ => part,
        })),
    };

    /// <summary>
    /// Cronos takes <c>L</c> and <c>W</c> only alone, and knows no weekday near a day that the month does not have; here that is the
    /// month's last one.
    /// </summary>
    static IEnumerable<(string Days, string Month)> DatesOf(string days, string month)
    {
        if (!days.AsSpan().ContainsAny('L', 'W')) return [(days, month)];
        return days.Split(',').SelectMany<string, (string, string)>(day => day switch
        {
            "31W" => [("LW", month)],
            "29W" or "30W" when HasFebruary(month) => [(day, month), ("LW", "2")],
            _ => [(day, month)],
        });
    }

    static bool HasFebruary(string month)
    {
        var first = new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc);
        return CronExpression.Parse($"0 0 1 {month} *").GetNextOccurrence(first, inclusive: true) == first;
    }
}
