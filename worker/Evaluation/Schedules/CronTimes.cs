using Quartz;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>
/// When a schedule is due: five cron fields (minute, hour, day of month, month, day of week; crontab(5)) in a time zone. Of day of month
/// and day of week either fits, if both are restricted, as in Vixie's cron.
/// <para>
/// The clocks' changes are Quartz's: what is due in the hour that is left out in spring is due at that hour's end; what is due in the
/// hour that comes twice in autumn is due the first time only, but for schedules of every hour, which go on as if nothing were.
/// </para>
/// </summary>
sealed class CronTimes
{
    readonly CronExpression _expression;

    /// <param name="cron">Such as <c>0 1 * * 1-5</c>.</param>
    /// <exception cref="UserException">BadInput: it is no such expression, or is never due.</exception>
    public CronTimes(string cron, TimeZoneInfo zone)
    {
        try
        {
            _expression = CronExpression.Parse(cron, CronFormat.Unix).WithTimeZone(zone);
        }
        catch (FormatException e)
        {
            throw Bad(cron, e.Message);
        }

        if (After(DateTimeOffset.UnixEpoch) is null) throw Bad(cron, "no day is ever like that.");
    }

    /// <summary>The first moment after <paramref name="moment"/> at which it is due, in UTC; null when it never is again.</summary>
    public DateTimeOffset? After(DateTimeOffset moment) => _expression.GetNextValidTimeAfter(moment)?.ToUniversalTime();

    /// <summary>The last moment within (<paramref name="from"/>, <paramref name="to"/>] at which it was due; null when it was not.</summary>
    public DateTimeOffset? LastWithin(DateTimeOffset from, DateTimeOffset to)
    {
        // From the end, in ever longer steps: a year of missed minutes is not to be counted one by one.
        for (var back = TimeSpan.FromHours(1); ; back *= 4)
        {
            var start = to - from > back ? to - back : from;
            DateTimeOffset? last = null;
            for (var due = After(start); due <= to; due = After(due.Value)) last = due;
            if (last is not null || start == from) return last;
        }
    }

    /// <summary>When a window that opens at <paramref name="opens"/> closes: the next time that the zone's clocks show <paramref name="until"/>, by the same rules.</summary>
    public static DateTimeOffset Closing(DateTimeOffset opens, TimeOnly until, TimeZoneInfo zone) =>
        new CronTimes($"{until.Minute} {until.Hour} * * *", zone).After(opens)!.Value;

    /// <summary>The time zone of that IANA name.</summary>
    /// <exception cref="UserException">BadInput: there is none.</exception>
    public static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        ? zone
        : throw new UserException(ExitCode.BadInput, $"there is no time zone '{name}': give an IANA name such as Europe/Berlin or UTC");

    static UserException Bad(string cron, string reason) =>
        new(ExitCode.BadInput, $"'{cron}' is no cron expression: {reason} '0 1 * * 1-5' is one o'clock from Monday to Friday");
}
