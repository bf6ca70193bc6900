using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.History;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.History;

public sealed class HistoryReaderTests(PostgresServer server) : StoreTest(server)
{
    static readonly SweepSpec s_sweep = Sweep(4);

    static readonly IReadOnlyList<ProblemSpec> s_problems =
        [.. Enumerable.Range(0, 40).Select(i => new ProblemSpec($"id-{i}", $"q-{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    HistoryReader Reader => new(Database.DataSource);

    [Fact]
    public async Task Nights_have_their_stored_verdicts_with_intervals_and_the_others_say_why_they_have_none()
    {
        var baseline = await RunAsync("base", s_sweep, i => i < 30);
        await ScheduleAsync(baseline);
        await FireAsync(1, await RunAsync("weights-1", s_sweep, i => i is > 0 and < 30));
        await FireAsync(2, await RunAsync("weights-2", s_sweep, i => i < 12));
        await JudgeAsync();
        // An older version judged one run, a newer one another, and one was continued in the next night's window.
        await FireAsync(3, await RunAsync("weights-3", s_sweep, _ => true));
        await ExecuteAsync("UPDATE schedule_runs SET losses = '{a}', gaps = '{}', baseline_cells = 1 WHERE answer IS NULL");
        await FireAsync(4, await RunAsync("weights-4", s_sweep, _ => true));
        await ExecuteAsync("UPDATE schedule_runs SET answer = 'warn', verdict = '{\"answer\": \"amber\"}' WHERE losses IS NULL");
        var unfinished = (await EnqueueAsync("weights-5", s_sweep)).SweepId;
        await FireAsync(5, unfinished);
        await FireAsync(6, unfinished);

        var history = await Reader.ReadAsync("nightly", 60, Ct);

        Assert.Equal((6, 6), (history.Nights.Count, history.Runs));
        Assert.Equal([GateAnswer.Inconclusive, GateAnswer.Block, null, null, null, null],
            history.Nights.Select(night => night.Verdict?.Answer));
        Assert.Equal(
        [
            null, null, "judged by an older version, which had no gate: 1 cell got worse",
            "WARN, by a newer version: this version can't read its verdict",
            "not finished in its time: the run of 2026-01-07 00:00Z continued it", "not finished: 0 of 1 job ended",
        ], history.Nights.Select(night => night.Gap));
        var cell = Assert.Single(history.Nights[1].Cells);
        Assert.Equal((Wilson(30, 40), Wilson(12, 40), 0.7),
            (Round(cell.Before!.Value), Round(cell.After!.Value), Math.Round(cell.Limit!.Value, 6)));
        Assert.Equal(GateAnswer.Stale, history.Now.Answer);

        var last = await Reader.ReadAsync("nightly", 2, Ct);
        Assert.Equal((2, 6, 0), (last.Nights.Count, last.Runs, last.Cells.Count));
        Assert.Equal([unfinished, unfinished], last.Rows.Select(row => row.Night.SweepId));
    }

    [Fact]
    public async Task With_several_seeds_an_interval_is_over_problems_and_too_wide_once_the_problems_are_gone()
    {
        var seeds = s_sweep with { Seeds = [1, 2, 3] };
        var baseline = await RunAsync("base", seeds, i => i < 30);
        await ScheduleAsync(baseline, seeds);
        var run = await RunAsync("weights-1", seeds, i => i % 2 == 0, (i, seed) => i % 2 == 0 || (seed == 2 && i < 20));
        await FireAsync(1, run);
        await JudgeAsync();

        var cell = Assert.Single(Assert.Single((await Reader.ReadAsync("nightly", 60, Ct)).Nights).Cells);
        var expected = ShareInterval.Of(Enumerable.Range(0, 40).Select(i => (double?)(i % 2 == 0 ? 1 : i < 20 ? 1.0 / 3 : 0)), 3);
        Assert.Equal(Round(expected), Round(cell.After!.Value));

        await ExecuteAsync("""
            DELETE FROM answers WHERE job_id = (SELECT max(job_id) FROM sweep_jobs WHERE sweep_id = @run)
            """, new { run });
        var gone = Assert.Single(Assert.Single((await Reader.ReadAsync("nightly", 60, Ct)).Nights).Cells).After!.Value;
        Assert.Equal(Wilson(expected.Value * 40, 40), Round(gone));
        Assert.True(gone.Low < expected.Low && gone.High > expected.High);
    }

    [Fact]
    public async Task A_schedule_that_is_not_there_and_one_that_never_ran()
    {
        Assert.Equal(ExitCode.NotFound, (await Assert.ThrowsAsync<UserException>(() => Reader.ReadAsync("nightly", 60, Ct))).Code);
        await ScheduleAsync(null);
        var history = await Reader.ReadAsync("nightly", 60, Ct);
        Assert.Equal((0, 0, GateAnswer.Incomparable), (history.Nights.Count, history.Runs, history.Now.Answer));
    }

    static Estimate Wilson(double count, int problems)
    {
        var interval = WilsonInterval.Of(count, problems);
        return Round(new(count / problems, interval.Low, interval.High));
    }

    static Estimate Round(Estimate share) => new(Math.Round(share.Value, 6), Math.Round(share.Low, 6), Math.Round(share.High, 6));

    Task ScheduleAsync(long? baseline, SweepSpec? sweep = null) => new ScheduleStore(Database.DataSource).AddAsync(
        new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false, sweep ?? s_sweep, baseline), [s_problems], Ct);

    Task FireAsync(int day, long run) => ExecuteAsync(
        "INSERT INTO schedule_runs (schedule_id, due_at, sweep_id) VALUES (1, '2026-01-01Z'::timestamptz + @day * interval '1 day', @run)",
        new { day, run });

    async Task JudgeAsync()
    {
        var gates = new GateStore(Database.DataSource);
        foreach (var run in await gates.UnjudgedAsync(Ct))
            Assert.True((await new Gate(new(Database.DataSource), gates).JudgeAsync(run, Ct)).IsStored);
    }

    async Task<long> RunAsync(string weights, SweepSpec sweep, Func<int, bool> right, Func<int, long, bool>? bySeed = null)
    {
        var stored = await EnqueueAsync(weights, sweep);
        while (await Leases.ClaimAsync("worker", 1, Ttl, Ct) is [var lease])
        {
            var pending = await Problems.LoadPendingAsync(lease, Ct);
            Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem =>
            {
                var no = int.Parse(problem.Spec.CustomId[3..], System.Globalization.CultureInfo.InvariantCulture);
                var result = Result(lease, problem);
                return result with { Answer = result.Answer with { Correct = bySeed?.Invoke(no, lease.Spec.Seed) ?? right(no) } };
            })], Ct));
        }

        return stored.SweepId;
    }

    async Task<StoredSweep> EnqueueAsync(string weights, SweepSpec sweep)
    {
        var jobs = (await new SweepPreparation(null).PrepareAsync(sweep, [s_problems], Ct)).Select(job => job with
        {
            Inputs = JobInputs.Of(job.Spec, job.Problems, new("d.jsonl", weights)),
        });
        return await new SweepStore(Database.DataSource).EnqueueAsync(sweep, [.. jobs], Ct);
    }
}
