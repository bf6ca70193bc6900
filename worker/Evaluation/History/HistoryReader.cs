using Npgsql;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.History;

/// <summary>Reads a schedule's history. It judges nothing and writes nothing.</summary>
sealed class HistoryReader(NpgsqlDataSource db)
{
    /// <summary>The nights of a history unless another number is asked for.</summary>
    public const int DefaultNights = 60;

    /// <summary>The most unstable problems that are listed.</summary>
    const int MostUnstable = 100;

    readonly HistoryStore _store = new(db);

    /// <param name="last">The most nights, the newest; 1 or more.</param>
    /// <exception cref="UserException">NotFound: no schedule has that name.</exception>
    public async Task<ScheduleHistory> ReadAsync(string schedule, int last, CancellationToken ct)
    {
        var schedules = new ScheduleStore(db);
        if (await schedules.ListAsync(ct, schedule) is not [var stored])
            throw new UserException(ExitCode.NotFound, $"there is no schedule '{schedule}': 'rebase schedules list' shows the schedules");
        var (nights, runs) = await _store.NightsAsync(schedule, last, ct);
        nights = await WithDeletedAsync(nights, ct);
        var unstable = await UnstableAsync(schedule, nights, ct);
        return new()
        {
            Schedule = schedule,
            Now = Answer(stored, nights, await schedules.NowAsync(ct)),
            Nights = await WithCellsAsync(nights, ct),
            Runs = runs,
            Unstable = [.. unstable.Take(MostUnstable)],
            UnstableLeftOut = Math.Max(0, unstable.Count - MostUnstable),
        };
    }

    static GateVerdict Answer(StoredSchedule stored, IReadOnlyList<Night> nights, DateTimeOffset now)
    {
        try
        {
            var age = StoredGate.PolicyOf(stored.Schedule.Name, stored.Gate).MaxAge;
            return ScheduleAnswer.Of(stored, stored.LastVerdict, nights.Count > 0 ? nights[^1].Gap : null, age, now);
        }
        catch (UserException e) when (e.Code is ExitCode.BadInput)
        {
            return ScheduleAnswer.Of(stored, stored.LastVerdict, e.Message, null, now);
        }
    }

    async Task<IReadOnlyList<UnstableProblem>> UnstableAsync(string schedule, IReadOnlyList<Night> nights, CancellationToken ct) =>
        nights.LastOrDefault(night => night.Verdict?.BaselineSweepId is not null) is { Verdict.BaselineSweepId: { } baseline } newest
            ? await new NightStore(db).UnstableAsync(schedule, newest.SweepId, baseline, MostUnstable, ct)
            : [];

    async Task<IReadOnlyList<Night>> WithDeletedAsync(IReadOnlyList<Night> nights, CancellationToken ct)
    {
        var jobs = nights.SelectMany(night => JobsOf(night.Verdict)).Distinct().ToList();
        var deleted = (await new GateStore(db).DeletedAsync(jobs, ct)).ToHashSet();
        return deleted.Count == 0 ? nights : [.. nights.Select(night => night.Verdict is null ? night : night with
        {
            Verdict = night.Verdict with { DeletedJobs = [.. JobsOf(night.Verdict).Distinct().Where(deleted.Contains).Order()] },
        })];

        static IEnumerable<long> JobsOf(GateVerdict? verdict) =>
            verdict is null ? [] : verdict.Cells.SelectMany(cell => cell.BaselineJobs.Concat(cell.RunJobs));
    }

    async Task<IReadOnlyList<Night>> WithCellsAsync(IReadOnlyList<Night> nights, CancellationToken ct)
    {
        var cells = nights.SelectMany(night => night.Verdict?.Cells ?? []).ToList();
        var pairs = cells.SelectMany((cell, i) => cell.Seeds < 2 || cell.BaselineJobs.Count != cell.RunJobs.Count ? []
            : cell.BaselineJobs.Zip(cell.RunJobs, (before, after) => (i, before, after))).ToList();
        var pooled = pairs.Count == 0 ? null : await _store.PooledAsync(pairs, ct);
        var i = 0;
        return [.. nights.Select(night => night with
        {
            Cells = [.. (night.Verdict?.Cells ?? []).Select(cell => Of(cell, pooled?[i++].ToList() ?? []))],
        })];
    }

    static NightCell Of(GateCell cell, List<PooledProblems> pooled)
    {
        if (cell is not { Before: { } before, After: { } after, Problems: > 0 }) return new(cell, null, null);
        return new(cell, Interval(before, group => group.First), Interval(after, group => group.Second));

        Estimate Interval(double value, Func<PooledProblems, int> right) => PooledProblems.Interval(value, cell.Problems, cell.Seeds,
            pooled.Count == 0 ? null
                : [.. pooled.SelectMany(group => Enumerable.Repeat((double)right(group) / group.Seeds, group.Count))]);
    }
}
