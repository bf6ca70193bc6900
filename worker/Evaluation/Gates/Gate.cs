using RebaseBatch.Contracts.Gates;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>Holds runs against their baselines, cell by cell and problem by problem, and stores the verdicts.</summary>
sealed class Gate(PairStore pairs, GateStore gates)
{
    public GateStore Store => gates;

    /// <summary>
    /// Judges the run by its schedule's policy, and stores the verdict. Two workers that do so at once compute the same, and one of them
    /// stores it. Nobody grades the answers again meanwhile.
    /// </summary>
    /// <returns>The verdict, and whether this call stored it.</returns>
    /// <exception cref="UserException">BadInput: a newer version stored the policy or a job of the run.</exception>
    public async Task<(GateVerdict Verdict, bool IsStored)> JudgeAsync(JudgedRun run, CancellationToken ct)
    {
        var policy = StoredGate.PolicyOf(run.Schedule, run.Gate);
        return await gates.StoreAsync(run, async connection =>
            GateJudgment.Of(run, await PairStore.CellsAsync(connection, run.SweepId, run.Baseline, ct), policy), ct);
    }

    /// <summary>Judges the run by that policy, and stores nothing.</summary>
    public async Task<GateVerdict> JudgeAsync(JudgedRun run, GatePolicy policy, CancellationToken ct) =>
        GateJudgment.Of(run, await pairs.CellsAsync(run.SweepId, run.Baseline, ct), policy);
}
