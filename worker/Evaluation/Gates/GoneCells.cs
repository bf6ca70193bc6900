using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>
/// Cells of the baseline whose jobs were all deleted. They are missing: without them, a gate would silently cover less. Pure.
/// </summary>
static class GoneCells
{
    public static IReadOnlyList<GateCell> Of(JudgedRun run, GatePolicy policy)
    {
        if (run.BaselineSpec is not { } json || run.BaselinePlaces is not { Length: > 0 } places) return [];
        if (StoredSweepSpec.Read(json).Sweep is not { } sweep) return [];
        // A sweep's jobs have the places of its plan.
        var gone = SweepPlan.Of(sweep)
            .Select((job, place) => (job.Dataset, Spec: job.Spec with { Seed = 0 }, IsThere: places.Contains(place)))
            .GroupBy(job => (job.Dataset, job.Spec)).Where(cell => cell.All(job => !job.IsThere))
            .Select(cell => (cell.Key.Spec, Dataset: RemoteUri.NameOf(sweep.Datasets[cell.Key.Dataset].Path))).ToList();
        return
        [
            .. gone.Zip(GateCellTitles.Of(gone), (cell, title) => new GateCell
            {
                Title = title,
                Tier = CellPolicy.Of(policy, cell.Spec, cell.Dataset).Tier,
                Answer = GateAnswer.Incomparable,
                Reason = "the baseline's jobs of this cell were deleted",
                BaselineJobs = [],
                RunJobs = [],
            }),
        ];
    }
}
