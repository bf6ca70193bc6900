using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A judged run whose results became older than its gate allows, with nothing newer. Pure.</summary>
static class AgedRun
{
    /// <returns>Null: its results are young enough, the run was not judged, or this version can't read the gate.</returns>
    public static OverdueRun? Of(StoredSchedule stored, DateTimeOffset now)
    {
        if (stored is not { LastDueAt: { } due, LastIsOver: true } || MaxAge(stored) is not { } most) return null;
        return ScheduleAnswer.MeasuredAt(stored, stored.LastVerdict) is { } measured && now - measured > most
            && StaleRun.Of(stored, most, now, measured) is { } reason
            ? new(due, stored.LastSweepId, measured + most, reason) : null;
    }

    static TimeSpan? MaxAge(StoredSchedule stored)
    {
        try
        {
            return StoredGate.PolicyOf(stored.Schedule.Name, stored.Gate).MaxAge;
        }
        catch (UserException)
        {
            return null;
        }
    }
}
