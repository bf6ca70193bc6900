namespace RebaseBatch.Durable.Events;

/// <summary>The values of <c>events.what</c>. A value never changes its meaning.</summary>
static class Deeds
{
    public const string Enqueued = "enqueued", Cancelled = "cancelled", Retried = "retried", Deleted = "deleted", Regraded = "regraded",
        Pruned = "pruned", Released = "released", Paused = "paused", Resumed = "resumed", Changed = "changed",
        ScheduleAdded = "schedule_added", ScheduleRemoved = "schedule_removed", ScheduleChanged = "schedule_changed",
        ScheduleRun = "schedule_run", QueuePaused = "queue_paused", QueueResumed = "queue_resumed",
        QueueCapped = "queue_capped", QueueUncapped = "queue_uncapped", TeamSet = "team_set", TeamRemoved = "team_removed";

    /// <summary>Not stored: they come from the job's row.</summary>
    public const string Started = "started", Ended = "ended";
}
