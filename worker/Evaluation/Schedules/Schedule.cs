using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A sweep that runs by the clock.</summary>
/// <param name="Cron">Five fields: <see cref="CronTimes"/>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Until">Local time at which a run stops, until the next one goes on with it; null: it runs to its end.</param>
/// <param name="Fresh">Whether jobs run again that the tables hold for the same inputs.</param>
/// <param name="Sweep">Its datasets are named by their hash and lie in the database.</param>
/// <param name="Baseline">The sweep that runs are held against; null for none.</param>
sealed record Schedule(string Name, string Cron, string TimeZone, TimeOnly? Until, MissedPolicy Missed, bool Fresh, SweepSpec Sweep, long? Baseline)
{
    /// <exception cref="Errors.UserException">BadInput: cron or time zone is none.</exception>
    public CronTimes Times => new(Cron, Zone);

    public TimeZoneInfo Zone => CronTimes.Zone(TimeZone);

    /// <summary>When a run that was due then stops; null for never.</summary>
    public DateTimeOffset? ClosingOf(DateTimeOffset due) => Until is { } until ? CronTimes.Closing(due, until, Zone) : null;
}
