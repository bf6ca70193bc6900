using System.Runtime.CompilerServices;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Compares runs with their baselines, cell by cell and problem by problem.</summary>
sealed class RegressionGate(BaselineStore baselines)
{
    /// <summary>
    /// Judges every run that is over and has no verdict yet, and stores the verdict. Two workers that do so at once store the same.
    /// </summary>
    public async IAsyncEnumerable<(UnjudgedRun Run, RunVerdict Verdict)> JudgeDueAsync(ScheduleStore schedules,
        [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var run in await schedules.UnjudgedAsync(ct))
        {
            yield return (run, await JudgeAsync(schedules, run, ct));
        }
    }

    /// <summary>Judges one such run, and stores the verdict.</summary>
    public async Task<RunVerdict> JudgeAsync(ScheduleStore schedules, UnjudgedRun run, CancellationToken ct)
    {
        var verdict = await JudgeAsync(run.SweepId, run.Baseline, ct);
        await schedules.StoreAsync(run, verdict, ct);
        return verdict;
    }

    /// <param name="sweepId">A run whose jobs have all ended.</param>
    public async Task<RunVerdict> JudgeAsync(long sweepId, long baseline, CancellationToken ct) =>
        RunVerdict.Of(await baselines.CellsAsync(sweepId, baseline, ct));
}
