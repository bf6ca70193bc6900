using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Schedules;

public sealed class RegressionGateTests(PostgresServer server) : StoreTest(server)
{
    static readonly SweepSpec s_sweep = Sweep(4);

    static readonly IReadOnlyList<ProblemSpec> s_problems =
        [.. Enumerable.Range(0, 40).Select(i => new ProblemSpec($"id-{i}", $"q-{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    RegressionGate Gate => new(new(Database.DataSource));

    [Fact]
    public async Task A_run_that_lost_many_problems_is_told_in_one_line()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 30);
        var run = await RunAsync("weights-2", right: problem => problem is < 12 or >= 38);
        var loss = Assert.Single((await Gate.JudgeAsync(run, baseline, Ct)).Losses);
        Assert.Equal("tiny rebase 4 on d.jsonl: 35.0 % right, 75.0 % in the baseline (18 of 40 problems lost, 2 won, p = 0.0002)", loss);
    }

    [Fact]
    public async Task Problems_that_failed_in_either_are_no_loss_and_are_counted()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 30, failed: problem => problem == 39);
        var run = await RunAsync("weights-2", right: problem => problem < 30, failed: problem => problem is 0 or 1 or 39);
        var verdict = await Gate.JudgeAsync(run, baseline, Ct);
        Assert.Equal((1, 0, 3), (verdict.Compared, verdict.Losses.Count, verdict.LeftOut));
        Assert.Equal("1 of the baseline's 1 cell compared, without 3 problems that failed", verdict.Coverage);

        var worse = await RunAsync("weights-3", right: problem => problem < 12, failed: problem => problem is 0 or 1);
        Assert.Equal("tiny rebase 4 on d.jsonl: 27.0 % right, 75.7 % in the baseline (18 of 37 problems lost, 0 won, p = 3.8E-06, "
            + "3 failed and left out)", Assert.Single((await Gate.JudgeAsync(worse, baseline, Ct)).Losses));
    }

    [Fact]
    public async Task A_run_of_which_more_than_a_tenth_failed_is_not_compared()
    {
        var baseline = await RunAsync("weights-1", right: _ => true);
        var verdict = await Gate.JudgeAsync(await RunAsync("weights-2", _ => true, failed: problem => problem < 5), baseline, Ct);
        Assert.Equal(["tiny rebase 4 on d.jsonl: 5 of 40 problems failed in the run or in the baseline, more than a tenth"], verdict.Gaps);
        Assert.Equal((0, 0), (verdict.Compared, verdict.LeftOut));
        var worse = await RunAsync("weights-3", _ => false, failed: problem => problem < 4);
        Assert.Single((await Gate.JudgeAsync(worse, baseline, Ct)).Losses);
    }

    [Fact]
    public async Task A_few_lost_problems_are_chance_and_more_right_ones_are_no_loss()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 20);
        Assert.Empty((await Gate.JudgeAsync(await RunAsync("weights-2", problem => problem is > 2 and < 20), baseline, Ct)).Losses);
        Assert.Empty((await Gate.JudgeAsync(await RunAsync("weights-3", problem => problem < 35), baseline, Ct)).Losses);
    }

    [Fact]
    public async Task A_run_held_against_itself_lost_nothing_and_was_compared_whole()
    {
        var run = await RunAsync("weights-1", right: _ => true);
        var verdict = await Gate.JudgeAsync(run, run, Ct);
        Assert.Equal((1, 1, 0), (verdict.Cells, verdict.Compared, verdict.Losses.Count));
    }

    [Fact]
    public async Task Cells_that_the_run_left_nothing_to_compare_with_are_named_with_the_reason()
    {
        var baseline = await RunAsync("weights-1", _ => true, Sweep(4, 8));
        // The run has other widths: it shares one cell with the baseline, has one that the baseline lacks, and lacks one of the baseline's.
        var run = await RunAsync("weights-2", _ => true, Sweep(8, 16));
        var verdict = await Gate.JudgeAsync(run, baseline, Ct);
        Assert.Equal((2, 1, "1 of the baseline's 2 cells compared"), (verdict.Cells, verdict.Compared, verdict.Coverage));
        Assert.Equal(["tiny rebase 4 on d.jsonl: the run has no cell with the same problems, settings and models"], verdict.Gaps);
    }

    [Fact]
    public async Task A_cancelled_job_and_problems_without_gold_answers_can_not_be_compared()
    {
        var baseline = await RunAsync("weights-1", _ => true);
        var cancelled = await EnqueueAsync("weights-2", s_sweep, s_problems);
        Assert.True(await Jobs.CancelAsync(cancelled.Jobs[0], Ct));
        Assert.Equal([$"tiny rebase 4 on d.jsonl: the run's job {cancelled.Jobs[0]} was cancelled"],
            (await Gate.JudgeAsync(cancelled.SweepId, baseline, Ct)).Gaps);

        var ungraded = s_problems.Select(problem => problem with { GoldAnswer = null }).ToList();
        var (before, after) =
            (await RunAsync("weights-1", _ => null, problems: ungraded), await RunAsync("weights-2", _ => null, problems: ungraded));
        Assert.Equal(["tiny rebase 4 on d.jsonl: none of its problems has a gold answer"], (await Gate.JudgeAsync(after, before, Ct)).Gaps);
    }

    [Fact]
    public async Task Of_a_cell_run_again_after_a_cancelled_job_the_completed_one_counts()
    {
        var baseline = await RunAsync("weights-1", _ => true);
        var run = await RunAsync("weights-2", _ => true);
        var again = await EnqueueAsync("weights-3", s_sweep, s_problems);
        await Jobs.CancelAsync(again.Jobs[0], Ct);
        await ExecuteAsync("INSERT INTO sweep_jobs (sweep_id, place, job_id) VALUES (@run, 1, @job)", new { run, job = again.Jobs[0] });
        Assert.Empty((await Gate.JudgeAsync(run, baseline, Ct)).Gaps);
    }

    [Fact]
    public async Task What_run_and_baseline_did_not_share_is_named_once_and_stored_with_the_verdict()
    {
        var baseline = await RunAsync("weights-1", _ => true, Sweep(4, 8), device: "CPU: a processor");
        var run = await RunAsync("weights-2", _ => true, Sweep(4, 8), device: "CUDA0: a card");
        var schedules = new ScheduleStore(Database.DataSource);
        await schedules.AddAsync(new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false, s_sweep, baseline),
            [s_problems], Ct);
        await ExecuteAsync("INSERT INTO schedule_runs (schedule_id, due_at, sweep_id) VALUES (1, now(), @run)", new { run });
        Assert.Equal(1, await Gate.JudgeDueAsync(schedules, Ct).CountAsync(Ct));

        string[] differences =
        [
            "devices: CPU: a processor (baseline), CUDA0: a card (run)", "weights of tiny: weights-1 (baseline), weights-2 (run)",
        ];
        Assert.Equal(differences, Assert.Single(await schedules.ListAsync(Ct)).LastVerdict!.Differences);
        Assert.Equal(string.Join('\n', differences), await ScalarAsync<string>("SELECT differences FROM v_schedule_runs"));
        // Nobody knows what older results ran on.
        Assert.Empty((await Gate.JudgeAsync(await RunAsync("weights-3", _ => true), baseline, Ct)).Differences);
    }

    [Fact]
    public async Task A_verdict_is_stored_once_with_what_it_is_of()
    {
        var (baseline, run) = (await RunAsync("weights-1", _ => true), await RunAsync("weights-2", _ => true, Sweep(8)));
        var schedules = new ScheduleStore(Database.DataSource);
        await schedules.AddAsync(new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false, s_sweep, baseline),
            [s_problems], Ct);
        await ExecuteAsync("INSERT INTO schedule_runs (schedule_id, due_at, sweep_id) VALUES (1, now(), @run)", new { run });
        Assert.Equal(1, await Gate.JudgeDueAsync(schedules, Ct).CountAsync(Ct));
        Assert.Equal(0, await Gate.JudgeDueAsync(schedules, Ct).CountAsync(Ct));
        var verdict = Assert.Single(await schedules.ListAsync(Ct)).LastVerdict!;
        Assert.Equal((1, 0), (verdict.Cells, verdict.Compared));
        Assert.Equal((await Gate.JudgeAsync(run, baseline, Ct)).Gaps, verdict.Gaps);
    }

    [Fact]
    public void Among_many_cells_a_loss_must_be_the_clearer()
    {
        // 6 of 6 lost has a probability of 1.6 %: enough for one cell, not for one of twenty.
        var lost = Cell(6, 0);
        Assert.Single(RunVerdict.Of([lost]).Losses);
        Assert.Empty(RunVerdict.Of([lost, .. Enumerable.Repeat(Cell(3, 3), 19)]).Losses);
        // Holm: 10 of 10 is enough for twenty cells, and 6 of 6 only if no more than three cells are left.
        Assert.Equal(2, RunVerdict.Of([Cell(10, 0), lost, Cell(3, 3), Cell(3, 3)]).Losses.Count);
        // Cells that were not run again can't be lost, and do not count as tests.
        Assert.Single(RunVerdict.Of([lost, .. Enumerable.Repeat(Cell(0, 0) with { RunJob = 1 }, 19)]).Losses);
    }

    [Fact]
    public void A_cell_is_told_from_those_that_differ_in_dataset_or_seed() =>
        Assert.Equal("tiny rebase 16 on d.jsonl, seed 7", (Cell(0, 0) with { Spec = Spec with { Seed = 7 } }).Title);

    static BaselineCell Cell(int lost, int won) => new()
    {
        Spec = Spec,
        Dataset = "d.jsonl",
        BaselineJob = 1,
        RunJob = 2,
        RunCompleted = true,
        Graded = 40,
        Before = 20,
        After = 20 - lost + won,
        Lost = lost,
        Won = won,
    };

    /// <summary>A sweep that ran on those weights, right about those problems.</summary>
    /// <param name="right">Null: it can't be told.</param>
    /// <param name="failed">Null: none.</param>
    /// <param name="device">What it ran on; null: that is not known.</param>
    async Task<long> RunAsync(string weights, Func<int, bool?> right, SweepSpec? sweep = null, IReadOnlyList<ProblemSpec>? problems = null,
        Func<int, bool>? failed = null, string? device = null)
    {
        var stored = await EnqueueAsync(weights, sweep ?? s_sweep, problems ?? s_problems);
        while (await Leases.ClaimAsync("worker", 1, Ttl, Ct) is [var lease])
        {
            if (device is not null)
            {
                var environment = SampleEnvironment.Of(weights, "r") with { Devices = [device] };
                Assert.NotNull(await new EnvironmentStore(Database.DataSource).BeginAsync(lease, environment, Ct));
            }

            await CompleteAsync(lease, right, failed ?? (_ => false));
        }

        return stored.SweepId;
    }

    async Task<StoredSweep> EnqueueAsync(string weights, SweepSpec sweep, IReadOnlyList<ProblemSpec> problems)
    {
        var jobs = (await new SweepPreparation(null).PrepareAsync(sweep, [problems], Ct)).Select(job => job with
        {
            Inputs = JobInputs.Of(job.Spec, job.Problems, new("d.jsonl", weights)),
        });
        return await new SweepStore(Database.DataSource).EnqueueAsync(sweep, [.. jobs], Ct);
    }

    async Task CompleteAsync(BatchLease lease, Func<int, bool?> right, Func<int, bool> failed)
    {
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem =>
        {
            var no = int.Parse(problem.Spec.CustomId[3..], System.Globalization.CultureInfo.InvariantCulture);
            var result = Result(lease, problem, failed(no) ? "broken" : null);
            return result with { Answer = result.Answer with { Correct = failed(no) ? null : right(no) } };
        })], Ct));
    }
}
