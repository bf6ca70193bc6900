using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A sweep that runs at set times.</summary>
/// <param name="Cron">Five fields: <see cref="CronTimes"/>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Until">Local time at which a run stops; the next due time continues it. Null: a run continues to its end.</param>
/// <param name="Fresh">Whether to run a job even if the database has a job with the same inputs.</param>
/// <param name="Sweep">Names its datasets by their hash; they are stored in the database.</param>
/// <param name="Baseline">The sweep that runs are compared with; null for none.</param>
sealed record Schedule(string Name, string Cron, string TimeZone, TimeOnly? Until, MissedPolicy Missed, bool Fresh, SweepSpec Sweep,
    long? Baseline)
{
    /// <summary>Whom to tell what its gate says, when it is added. A stored schedule does not have them.</summary>
    public IReadOnlyList<NotificationTarget> Notify { get; init; } = [];

    /// <exception cref="UserException">BadInput: the cron expression or the time zone is not valid.</exception>
    public CronTimes Times => new(Cron, Zone);

    public TimeZoneInfo Zone => CronTimes.Zone(TimeZone);

    /// <summary>When a run for this due time stops; null for never.</summary>
    public DateTimeOffset? ClosingOf(DateTimeOffset due) => Until is { } until ? CronTimes.Closing(due, until, Zone) : null;
}
