using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Finds out what the gates of schedules, or of a sweep, can see: from the newest two runs, or else by assumption.</summary>
sealed class PowerQuestion(ScheduleStore schedules, Gate gate, PairStore pairs)
{
    /// <exception cref="UserException">BadInput: a newer version stored the schedule or its gate.</exception>
    public async Task<IReadOnlyList<PowerCell>> OfScheduleAsync(StoredSchedule stored, CancellationToken ct)
    {
        var name = stored.Schedule.Name;
        if (stored.Unreadable is { } why)
            throw new UserException(ExitCode.BadInput, $"the schedule '{name}' {why}: use that version for it");
        var policy = StoredGate.PolicyOf(name, stored.Gate);
        if (await gate.Store.NewestAsync(name, ct) is { } run)
            return PowerPlan.OfRuns(name, await pairs.CellsAsync(run.SweepId, run.Baseline, ct), Basis(run.SweepId, run.Baseline), policy);
        var done = stored.Schedule.Baseline ?? (stored.LastIsOver ? stored.LastSweepId : null);
        var cells = done is { } sweep ? await OfSweepAsync(name, sweep, policy, ct) : [];
        return cells.Count > 0 ? cells : await OfPlanAsync(stored, policy, ct);
    }

    /// <summary>From the sweep and the newest other one with the same cells.</summary>
    /// <returns>Empty: no job of the sweep is completed, or there is no such sweep.</returns>
    public async Task<IReadOnlyList<PowerCell>> OfSweepAsync(string name, long sweepId, GatePolicy policy, CancellationToken ct)
    {
        var other = await pairs.OtherAsync(sweepId, ct) ?? sweepId;
        return PowerPlan.OfRuns(name, await pairs.CellsAsync(sweepId, other, ct), Basis(sweepId, other), policy);
    }

    async Task<IReadOnlyList<PowerCell>> OfPlanAsync(StoredSchedule stored, GatePolicy policy, CancellationToken ct)
    {
        var sweep = stored.Schedule.Sweep;
        var problems = (await schedules.ProblemsAsync(sweep, ct)).Zip(sweep.Datasets,
            (all, dataset) => all.Take(dataset.Limit ?? int.MaxValue).Count(problem => problem.GoldAnswer is not null)).ToList();
        return PowerPlan.OfSweep(stored.Schedule.Name,
            [.. SweepPlan.Of(sweep).Select(job => (job.Spec, RemoteUri.NameOf(sweep.Datasets[job.Dataset].Path), problems[job.Dataset]))],
            policy);
    }

    static string Basis(long run, long baseline) => $"sweeps {Math.Min(run, baseline)} and {Math.Max(run, baseline)}";
}
