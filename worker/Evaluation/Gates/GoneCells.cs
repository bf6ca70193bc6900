using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>
/// Jobs of the baseline that were deleted. A cell without any job is missing, and a seed is told: without them, a gate would silently cover
/// less. Pure.
/// </summary>
static class GoneCells
{
    /// <summary>The cells of which all jobs were deleted.</summary>
    public static IReadOnlyList<GateCell> Of(JudgedRun run, GatePolicy policy)
    {
        var gone = Planned(run).Where(cell => cell.All(job => !job.IsThere))
            .Select(cell => (Spec: cell[0].Spec with { Seed = 0 }, cell[0].Dataset)).ToList();
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

    /// <summary>The seeds that were deleted of cells that have others, a line each.</summary>
    /// <returns>By the places of the jobs that are left of their cells.</returns>
    public static ILookup<int, string> SeedsOf(JudgedRun run) =>
        (from cell in Planned(run)
         from left in cell.Where(job => job.IsThere)
         from gone in cell.Where(job => !job.IsThere)
         select (left.Place, Line: $"seed {gone.Spec.Seed}: the baseline's job was deleted")).ToLookup(one => one.Place, one => one.Line);

    /// <summary>The baseline's planned jobs, cell by cell; none where that is not known.</summary>
    static IEnumerable<IReadOnlyList<(int Place, JobSpec Spec, string Dataset, bool IsThere)>> Planned(JudgedRun run)
    {
        if (run.BaselineSpec is not { } json || run.BaselinePlaces is not { Length: > 0 } places) return [];
        if (StoredSweepSpec.Read(json).Sweep is not { } sweep) return [];
        // A sweep's jobs have the places of its plan.
        return SweepPlan.Of(sweep)
            .Select((job, place) => (Job: job, One: (Place: place, job.Spec, Dataset: RemoteUri.NameOf(sweep.Datasets[job.Dataset].Path),
                IsThere: places.Contains(place))))
            .GroupBy(job => (job.Job.Dataset, job.Job.Spec with { Seed = 0 }))
            .Select(IReadOnlyList<(int, JobSpec, string, bool)> (cell) => [.. cell.Select(job => job.One)]);
    }
}
