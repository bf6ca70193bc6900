using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>
/// Fires schedules when they are due, and compares finished runs with their baselines. Every worker runs one; the database lets only one of
/// them fire a due time.
/// </summary>
sealed class ScheduleWorker(
    ScheduleStore schedules, SweepPreparation preparation, RegressionGate gate, TimeSpan poll, TimeProvider time,
    ILogger<ScheduleWorker> log) : BackgroundService
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
            catch (Exception e) when (!stoppingToken.IsCancellationRequested
                && (DatabaseFaults.IsUnavailable(e) || DatabaseFaults.IsPassing(e)))
            {
                log.SchedulesUnread(e.Message);
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
                // For example, this worker lacks a model that another worker has. The other schedules must still fire.
                log.ScheduleNotFired(stored.Schedule.Name, e.Message);
            }
        }
    }

    async Task FireAsync(StoredSchedule stored, DateTimeOffset due, CancellationToken ct)
    {
        var jobs = await preparation.PrepareAsync(stored.Schedule.Sweep, await schedules.ProblemsAsync(stored.Schedule.Sweep, ct), ct);
        switch (await schedules.FireAsync(stored, due, jobs, ct))
        {
            case { GoesOn: true } run: log.ScheduleGoesOn(stored.Schedule.Name, due, run.SweepId, run.Until); break;
            case { } run: log.ScheduleFired(stored.Schedule.Name, due, run.SweepId, run.Until); break;
        }
    }

    async Task JudgeAsync(CancellationToken ct)
    {
        await foreach (var (run, verdict) in gate.JudgeDueAsync(schedules, ct))
        {
            foreach (var loss in verdict.Losses) log.BaselineLost(run.SweepId, run.Baseline, loss);
            foreach (var difference in verdict.Differences) log.BaselineRanElsewhere(run.SweepId, run.Baseline, difference);
            if (verdict.Gaps.Count > 0) log.BaselineGaps(run.SweepId, run.Baseline, verdict.Compared, verdict.Cells);
        }
    }
}
