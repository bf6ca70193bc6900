using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Flips;

public sealed class NightReaderTests(PostgresServer server) : StoreTest(server)
{
    static readonly SweepSpec s_sweep = Sweep(4);

    static readonly IReadOnlyList<ProblemSpec> s_problems =
        [.. Enumerable.Range(0, 10).Select(i => new ProblemSpec($"id-{i}", $"q-{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    NightReader Reader => new(new(Database.DataSource), new(Database.DataSource));

    [Fact]
    public async Task Problems_that_flip_in_most_nights_are_apart_from_the_news_of_the_newest_run()
    {
        var baseline = await RunAsync("base", _ => true);
        await ScheduleAsync(baseline);
        // Problem 0 comes and goes, problem 1 is lost since the second night, problem 2 tonight.
        await NightAsync(1, i => i is not 0);
        await NightAsync(2, i => i is not (0 or 1));
        await NightAsync(3, i => i is not 1);
        var newest = await NightAsync(4, i => i is not (0 or 2));

        var night = await Reader.ReadNewestAsync("nightly", 100, Ct);

        Assert.Equal(($"the baseline, sweep {baseline}", $"the run, sweep {newest}"), (night.Report.First.Name, night.Report.Second.Name));
        Assert.Equal(["id-2"], night.Report.Flips.Select(flip => flip.CustomId));
        Assert.Equal((2, 1), (night.Report.Lost, night.Report.FlipsApart));
        var unstable = Assert.Single(night.Unstable);
        Assert.Equal(("id-0", "What is 0 + 0?", true, 4, 3, 2), (unstable.CustomId, unstable.Question, unstable.BaselineCorrect,
            unstable.Nights, unstable.Flipped, unstable.Changes));
        // Seen from the third night.
        var third = await Reader.ReadAsync("nightly", newest - 1, baseline, 0, Ct);
        Assert.Equal((0, 2, 1), (third.Unstable.Count, third.UnstableLeftOut, third.Report.FlipsApart));
    }

    [Fact]
    public async Task A_night_that_repeats_a_job_or_has_not_ended_is_none()
    {
        var baseline = await RunAsync("base", _ => true);
        await ScheduleAsync(baseline);
        var first = await NightAsync(1, _ => false);
        await FireAsync(2, first);
        await FireAsync(3, first);
        await FireAsync(4, baseline);
        var unfinished = (await EnqueueAsync("weights-5")).SweepId;
        await FireAsync(5, unfinished);

        var night = await Reader.ReadNewestAsync("nightly", 100, Ct);
        Assert.Equal("the same jobs", Assert.Single(night.Report.Cells).Gap);
        Assert.Empty(night.Unstable);
    }

    [Fact]
    public async Task A_schedule_without_a_finished_run_or_a_baseline_says_so()
    {
        Assert.Equal(ExitCode.NotFound, (await Assert.ThrowsAsync<UserException>(() => Reader.ReadNewestAsync("x", 1, Ct))).Code);
        await ScheduleAsync(null);
        Assert.Equal("schedule nightly has no baseline",
            (await Assert.ThrowsAsync<UserException>(() => Reader.ReadNewestAsync("nightly", 1, Ct))).Message);
    }

    Task ScheduleAsync(long? baseline) => new ScheduleStore(Database.DataSource).AddAsync(
        new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false, s_sweep, baseline), [s_problems], Ct);

    async Task<long> NightAsync(int day, Func<int, bool> right)
    {
        var run = await RunAsync($"weights-{day}", right);
        await FireAsync(day, run);
        return run;
    }

    Task FireAsync(int day, long run) => ExecuteAsync(
        "INSERT INTO schedule_runs (schedule_id, due_at, sweep_id) VALUES (1, '2026-01-01'::timestamptz + @day * interval '1 day', @run)",
        new { day, run });

    async Task<long> RunAsync(string weights, Func<int, bool> right)
    {
        var stored = await EnqueueAsync(weights);
        while (await Leases.ClaimAsync("worker", 1, Ttl, Ct) is [var lease])
        {
            var pending = await Problems.LoadPendingAsync(lease, Ct);
            Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem =>
            {
                var no = int.Parse(problem.Spec.CustomId[3..], System.Globalization.CultureInfo.InvariantCulture);
                var result = Result(lease, problem);
                return result with { Answer = result.Answer with { Correct = right(no) } };
            })], Ct));
        }

        return stored.SweepId;
    }

    async Task<StoredSweep> EnqueueAsync(string weights)
    {
        var jobs = (await new SweepPreparation(null).PrepareAsync(s_sweep, [s_problems], Ct)).Select(job => job with
        {
            Inputs = JobInputs.Of(job.Spec, job.Problems, new("d.jsonl", weights)),
        });
        return await new SweepStore(Database.DataSource).EnqueueAsync(s_sweep, [.. jobs], Ct);
    }
}
