using Cronos;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>
/// When a schedule is due: five cron fields (minute, hour, day of month, month, day of week; crontab(5)) in a time zone. If both day of
/// month and day of week are restricted, it is due on the days that either of them names, as in Vixie's cron.
/// <para>
/// When the clocks go forward, a time in the skipped hour is due at the end of that hour. When they go back, a time in the repeated hour
/// is due the first time only. A schedule that is due every hour stays due every hour.
/// </para>
/// </summary>
sealed class CronTimes
{
    readonly IReadOnlyList<CronExpression> _expressions;
    readonly TimeZoneInfo _zone;

    /// <param name="cron">Such as <c>0 1 * * 1-5</c>.</param>
    /// <exception cref="UserException">BadInput: it is not such an expression, or is never due.</exception>
    public CronTimes(string cron, TimeZoneInfo zone)
    {
        _zone = zone;
        try
        {
            _expressions = CronDialect.Parse(cron);
        }
        catch (Exception e) when (e is FormatException or MissingSeedException)
        {
            throw Bad(cron, e.Message);
        }

        if (After(DateTimeOffset.UnixEpoch) is null) throw Bad(cron, "no day ever fits it.");
    }

    /// <summary>The first moment after <paramref name="moment"/> at which it is due, in UTC; null if it is never due again.</summary>
    public DateTimeOffset? After(DateTimeOffset moment) =>
        _expressions.Min(expression => expression.GetNextOccurrence(moment, _zone)?.ToUniversalTime());

    /// <summary>
    /// The last moment within (<paramref name="from"/>, <paramref name="to"/>] at which it was due; null when there is none.
    /// </summary>
    public DateTimeOffset? LastWithin(DateTimeOffset from, DateTimeOffset to)
    {
        // It searches from the end, in ever longer steps, so that it need not count a year of missed minutes one by one.
        for (var back = TimeSpan.FromHours(1); ; back *= 4)
        {
            var start = to - from > back ? to - back : from;
            DateTimeOffset? last = null;
            for (var due = After(start); due <= to; due = After(due.Value)) last = due;
            if (last is not null || start == from) return last;
        }
    }

    /// <summary>
    /// When a window that opens at <paramref name="opens"/> closes: the next time that the zone's clocks show <paramref name="until"/>, by
    /// the same rules.
    /// </summary>
    public static DateTimeOffset Closing(DateTimeOffset opens, TimeOnly until, TimeZoneInfo zone) =>
        new CronTimes($"{until.Minute} {until.Hour} * * *", zone).After(opens)!.Value;

    /// <summary>The time zone of that IANA name.</summary>
    /// <exception cref="UserException">BadInput: there is none.</exception>
    public static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        ? zone
        : throw new UserException(ExitCode.BadInput, $"there is no time zone '{name}': give an IANA name such as Europe/Berlin or UTC");

    static UserException Bad(string cron, string reason) =>
        new(ExitCode.BadInput, $"'{cron}' is not a cron expression: {reason} For example, '0 1 * * 1-5' is one o'clock from Monday to "
            + "Friday");
}
