using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Database;
using RebaseBatch.Errors;
using RebaseBatch.Sweeps;

namespace RebaseBatch.Schedules;

/// <summary>
/// Fires schedules when they are due, and holds runs that are over against their baselines. Every worker runs one; the database lets one of
/// them fire a due time.
/// </summary>
sealed partial class ScheduleWorker(
    ScheduleStore schedules, SweepPreparation preparation, RegressionGate gate, TimeSpan poll, TimeProvider time, ILogger<ScheduleWorker> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FireDueAsync(stoppingToken);
                await JudgeAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && (DatabaseFaults.IsUnavailable(e) || DatabaseFaults.IsPassing(e)))
            {
                LookFailed(log, e.Message);
            }

            await Task.Delay(poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task FireDueAsync(CancellationToken ct)
    {
        var now = await schedules.NowAsync(ct);
        foreach (var stored in await schedules.ListAsync(ct))
        {
            try
            {
                if (DueRun.Of(stored, now) is { } due) await FireAsync(stored, due, ct);
            }
            catch (UserException e)
            {
                // This worker lacks a model, say: another may have it, and other schedules are not to suffer.
                FiringFailed(log, stored.Schedule.Name, e.Message);
            }
        }
    }

    async Task FireAsync(StoredSchedule stored, DateTimeOffset due, CancellationToken ct)
    {
        var jobs = await preparation.PrepareAsync(stored.Schedule.Sweep, await schedules.ProblemsAsync(stored.Schedule.Sweep, ct), ct);
        switch (await schedules.FireAsync(stored, due, jobs, ct))
        {
            case { GoesOn: true } run: GoneOn(log, stored.Schedule.Name, due, run.SweepId, run.Until); break;
            case { } run: Fired(log, stored.Schedule.Name, due, run.SweepId, run.Until); break;
        }
    }

    async Task JudgeAsync(CancellationToken ct)
    {
        foreach (var run in await schedules.UnjudgedAsync(ct))
        {
            var losses = await gate.LossesAsync(run.SweepId, run.Baseline, ct);
            await schedules.JudgeAsync(run, losses, ct);
            foreach (var loss in losses) Lost(log, run.SweepId, run.Baseline, loss);
        }
    }

    [LoggerMessage(EventId = 800, Level = LogLevel.Information, Message = "schedule {Name}, due at {DueAt:yyyy-MM-dd HH:mm}Z: sweep {SweepId} is enqueued, until {Until}")]
    static partial void Fired(ILogger log, string name, DateTimeOffset dueAt, long sweepId, string until);

    [LoggerMessage(EventId = 801, Level = LogLevel.Information, Message = "schedule {Name}, due at {DueAt:yyyy-MM-dd HH:mm}Z: sweep {SweepId} had not ended and goes on, until {Until}")]
    static partial void GoneOn(ILogger log, string name, DateTimeOffset dueAt, long sweepId, string until);

    [LoggerMessage(EventId = 802, Level = LogLevel.Error, Message = "schedule {Name} is due and can't be fired here: {Reason}")]
    static partial void FiringFailed(ILogger log, string name, string reason);

    [LoggerMessage(EventId = 803, Level = LogLevel.Warning, Message = "the schedules can't be looked at, and are tried again: {Reason}")]
    static partial void LookFailed(ILogger log, string reason);

    [LoggerMessage(EventId = 804, Level = LogLevel.Error, Message = "sweep {SweepId} is worse than its baseline, sweep {Baseline}: {Loss}")]
    static partial void Lost(ILogger log, long sweepId, long baseline, string loss);
}
