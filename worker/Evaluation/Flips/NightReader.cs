using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Finds the flips of a schedule's run against its baseline, and tells unstable problems from news.</summary>
sealed class NightReader(FlipStore flips, NightStore nights)
{
    /// <summary>The flips of the schedule's newest run whose jobs have all ended.</summary>
    /// <exception cref="UserException">NotFound: no such schedule. NotComparable: it has no baseline, or no run has ended.</exception>
    public async Task<NightFlips> ReadNewestAsync(string schedule, int limit, CancellationToken ct) =>
        await nights.NewestAsync(schedule, ct) switch
        {
            null => throw new UserException(ExitCode.NotFound,
                $"there is no schedule '{schedule}': 'rebase schedules list' shows the schedules"),
            { Baseline: null } => throw new UserException(ExitCode.NotComparable, $"schedule {schedule} has no baseline"),
            { Run: null } => throw new UserException(ExitCode.NotComparable, $"schedule {schedule}: no run has finished yet"),
            { Run: { } run, Baseline: { } baseline } => await ReadAsync(schedule, run, baseline, limit, ct),
        };

    /// <param name="sweepId">A run whose jobs have all ended.</param>
    /// <param name="limit">The most flips, and the most unstable problems.</param>
    public async Task<NightFlips> ReadAsync(string schedule, long sweepId, long baseline, int limit, CancellationToken ct)
    {
        var unstable = await nights.UnstableAsync(schedule, sweepId, baseline, limit, ct);
        var report = await new FlipReader(flips).ReadAsync(
            await RunAsync("the baseline", baseline, ct), await RunAsync("the run", sweepId, ct),
            new(limit, Apart: unstable.Select(problem => problem.ProblemId).ToHashSet()), ct);
        return new(schedule, report, [.. unstable.Take(limit)], Math.Max(0, unstable.Count - limit));
    }

    async Task<FlipRun> RunAsync(string role, long sweepId, CancellationToken ct) =>
        new($"{role}, sweep {sweepId}", await nights.JobsAsync(sweepId, ct));
}
