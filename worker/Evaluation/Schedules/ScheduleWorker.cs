using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>
/// Fires schedules when they are due, compares finished runs with their baselines, and tells of runs that do not finish. Every worker runs
/// one; the database lets only one of them fire a due time.
/// </summary>
sealed class ScheduleWorker(
    ScheduleStore schedules, SweepPreparation preparation, Gate gate, OverdueNotices overdue, TimeSpan poll, TimeProvider time,
    ServiceFaults faults, ILogger<ScheduleWorker> log) : EnduringService("schedules", time, faults, log)
{
    readonly Dictionary<string, RepeatedFault> _notFired = [];
    readonly RepeatedFault _notJudged = new("comparing a run with its baseline", time, log);

    protected override Backoff Pauses { get; } = new(poll, 4 * poll);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        await FireDueAsync(stop);
        await JudgeAsync(stop);
        return poll;
    }

    protected override void Tell(Exception fault)
    {
        if (fault is NpgsqlException) Logger.SchedulesUnread(fault.Message);
        else base.Tell(fault);
    }

    async Task FireDueAsync(CancellationToken ct)
    {
        var now = await schedules.NowAsync(ct);
        foreach (var stored in await schedules.ListAsync(ct))
        {
            try
            {
                // Before it fires, with the same clock: the run that goes on hides that the one before it has not finished.
                await overdue.TellAsync(stored, now, ct);
                if (stored.Unreadable is { } why) throw new UserException(ExitCode.BadInput, why);
                if (DueRun.Of(stored, now) is { } due) await FireAsync(stored, due, ct);
                if (_notFired.TryGetValue(stored.Schedule.Name, out var fault)) fault.Over();
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !DatabaseFaults.IsUnavailable(e))
            {
                // For example, this worker lacks a model that another worker has. The other schedules must still fire.
                NotFired(stored.Schedule.Name, e);
            }
        }
    }

    void NotFired(string schedule, Exception fault)
    {
        if (!_notFired.TryGetValue(schedule, out var repeated))
            _notFired[schedule] = repeated = new($"firing the schedule {schedule}", Time, Logger);
        repeated.Happened(fault, () => Logger.ScheduleNotFired(schedule, fault.Message));
    }

    async Task FireAsync(StoredSchedule stored, DateTimeOffset due, CancellationToken ct)
    {
        var jobs = await preparation.PrepareAsync(stored.Schedule.Sweep, await schedules.ProblemsAsync(stored.Schedule.Sweep, ct), ct);
        switch (await schedules.FireAsync(stored, due, jobs, ct))
        {
            case { GoesOn: true } run: Logger.ScheduleGoesOn(stored.Schedule.Name, due, run.SweepId, run.Until); break;
            case { } run: Logger.ScheduleFired(stored.Schedule.Name, due, run.SweepId, run.Until); break;
        }
    }

    async Task JudgeAsync(CancellationToken ct)
    {
        foreach (var run in await gate.Store.UnjudgedAsync(ct))
        {
            try
            {
                // The worker that stored it tells of it: one that was second would say the same again.
                if (await gate.JudgeAsync(run, ct) is (var verdict, true)) Report(run, verdict);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !DatabaseFaults.IsUnavailable(e))
            {
                // For example, a newer version enqueued one of its jobs. The other runs must still be judged.
                _notJudged.Happened(e, () => Logger.RunNotJudged(run.SweepId, run.Baseline, e.Message));
            }
        }
    }

    void Report(JudgedRun run, GateVerdict verdict)
    {
        var (old, answer) = (OldVerdict.Of(verdict), StoredNames.Of(verdict.Answer));
        if (verdict.Answer is GateAnswer.Pass) Logger.RunPassed(run.Schedule, run.SweepId, run.Baseline, verdict.Reason);
        else Logger.RunNotPassed(run.Schedule, run.SweepId, run.Baseline, answer, verdict.Reason);
        foreach (var loss in old.Losses) Logger.BaselineLost(run.SweepId, run.Baseline, loss);
        foreach (var difference in old.Differences) Logger.BaselineRanElsewhere(run.SweepId, run.Baseline, difference);
        if (old.Gaps.Length > 0) Logger.BaselineGaps(run.SweepId, run.Baseline, old.Compared, old.Cells);
    }
}
