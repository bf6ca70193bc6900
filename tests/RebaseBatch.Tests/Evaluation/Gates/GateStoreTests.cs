using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

public sealed partial class GateStoreTests(PostgresServer server) : StoreTest(server)
{
    static readonly SweepSpec s_sweep = Sweep(4);

    static readonly IReadOnlyList<ProblemSpec> s_problems =
        [.. Enumerable.Range(0, 40).Select(i => new ProblemSpec($"id-{i}", $"q-{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    GateStore Store => new(Database.DataSource);

    Gate Gate => new(new(Database.DataSource), Store);

    [Fact]
    public async Task A_run_that_lost_many_problems_is_told_with_what_it_lost()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 30);
        var run = await RunAsync("weights-2", right: problem => problem is < 12 or >= 38);
        var verdict = await JudgeAsync(run, baseline);
        var cell = Assert.Single(verdict.Cells);
        Assert.Equal((GateAnswer.Block, GateAnswer.Block, 18, 2), (verdict.Answer, cell.Answer, cell.Lost, cell.Won));
        Assert.Equal("35.0 % right, 75.0 % in the baseline (18 of 40 problems lost, 2 won, p = 0.0002); 5 points tolerated", cell.Reason);
        Assert.Equal("significantly worse by more than is tolerated: tiny rebase 4 on d.jsonl", verdict.Reason);
    }

    [Fact]
    public async Task Problems_that_failed_in_either_are_no_loss_and_are_counted()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 30, failed: problem => problem == 39);
        var run = await RunAsync("weights-2", right: problem => problem < 30, failed: problem => problem is 0 or 1 or 39);
        var cell = Assert.Single((await JudgeAsync(run, baseline)).Cells);
        Assert.Equal((37, 3, 0), (cell.Problems, cell.LeftOut, cell.Lost));

        var worse = await RunAsync("weights-3", right: problem => problem < 12, failed: problem => problem is 0 or 1);
        Assert.StartsWith("27.0 % right, 75.7 % in the baseline (18 of 37 problems lost, 0 won, p = 3.8E-06, 3 failed and left out)",
            Assert.Single((await JudgeAsync(worse, baseline)).Cells).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_which_more_than_a_tenth_failed_is_not_compared()
    {
        var baseline = await RunAsync("weights-1", right: _ => true);
        var verdict = await JudgeAsync(await RunAsync("weights-2", _ => true, failed: problem => problem < 5), baseline);
        Assert.Equal((GateAnswer.Incomparable, "5 of 40 problems failed in the run or in the baseline, more than a tenth"),
            (verdict.Answer, Assert.Single(verdict.Cells).Reason));
        var worse = await RunAsync("weights-3", _ => false, failed: problem => problem < 4);
        Assert.Equal(GateAnswer.Block, (await JudgeAsync(worse, baseline)).Answer);
    }

    [Fact]
    public async Task A_few_lost_problems_are_chance_and_more_right_ones_are_no_loss()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 20);
        // 40 problems are too few to see a drop of 5 points.
        foreach (var run in (long[])
            [await RunAsync("weights-2", problem => problem is > 2 and < 20), await RunAsync("weights-3", problem => problem < 35)])
            Assert.Equal(GateAnswer.Inconclusive, (await JudgeAsync(run, baseline)).Answer);
    }

    [Fact]
    public async Task A_run_held_against_itself_lost_nothing_and_was_compared_whole()
    {
        var run = await RunAsync("weights-1", right: _ => true);
        var verdict = await JudgeAsync(run, run, new() { RequireFresh = false });
        var cell = Assert.Single(verdict.Cells);
        Assert.Equal((GateAnswer.Pass, GateAnswer.Pass, 40, 0), (verdict.Answer, cell.Answer, cell.Problems, cell.Lost));
        Assert.Equal(GateAnswer.Inconclusive, (await JudgeAsync(run, run)).Answer);
        Assert.Equal((null, null), (cell.P, verdict.SmallestDrop));
    }

    [Fact]
    public async Task Cells_that_the_run_left_nothing_to_compare_with_are_named_with_the_reason()
    {
        var baseline = await RunAsync("weights-1", _ => true, Sweep(4, 8));
        // The run has other widths: it shares one cell with the baseline, has one that the baseline lacks, and lacks one of the baseline's.
        var run = await RunAsync("weights-2", _ => true, Sweep(8, 16));
        var verdict = await JudgeAsync(run, baseline);
        Assert.Equal(("1 of 2 cells and 40 problems compared", GateAnswer.Incomparable), (GateSummary.Coverage(verdict), verdict.Answer));
        Assert.Equal("the run has no cell with the same problems, settings and models", verdict.Cells[0].Reason);
        Assert.Equal(["tiny rebase 16 on d.jsonl"], verdict.NotInBaseline);
    }

    [Fact]
    public async Task A_cancelled_job_and_problems_without_gold_answers_can_not_be_compared()
    {
        var baseline = await RunAsync("weights-1", _ => true);
        var cancelled = await EnqueueAsync("weights-2", s_sweep, s_problems);
        Assert.True(await Jobs.CancelAsync(cancelled.Jobs[0], Ct));
        Assert.Equal($"the run's job {cancelled.Jobs[0]} was cancelled", await GapAsync(cancelled.SweepId, baseline));
        Assert.Equal($"the baseline's job {cancelled.Jobs[0]} was not completed", await GapAsync(baseline, cancelled.SweepId));

        var ungraded = s_problems.Select(problem => problem with { GoldAnswer = null }).ToList();
        var (before, after) =
            (await RunAsync("weights-1", _ => null, problems: ungraded), await RunAsync("weights-2", _ => null, problems: ungraded));
        Assert.Equal("none of its problems has a gold answer", await GapAsync(after, before));
    }

    [Fact]
    public async Task Of_a_cell_run_again_after_a_cancelled_job_the_completed_one_counts_and_of_several_the_newest()
    {
        var baseline = await RunAsync("weights-1", _ => true);
        var run = await RunAsync("weights-2", _ => false);
        var again = await RunAsync("weights-3", _ => true);
        var cancelled = await EnqueueAsync("weights-4", s_sweep, s_problems);
        await Jobs.CancelAsync(cancelled.Jobs[0], Ct);
        await ExecuteAsync("""
            INSERT INTO sweep_jobs (sweep_id, place, job_id)
            SELECT @run, 1, job_id FROM sweep_jobs WHERE sweep_id = @again UNION ALL SELECT @run, 2, @job
            """, new { run, again, job = cancelled.Jobs[0] });
        Assert.Equal(0, Assert.Single((await JudgeAsync(run, baseline)).Cells).Lost);
    }

    [Fact]
    public async Task The_seeds_of_a_cell_are_one_cell_and_pooled_by_problem()
    {
        var (three, two) = (s_sweep with { Seeds = [1, 2, 3] }, s_sweep with { Seeds = [2, 3] });
        var baseline = await RunAsync("weights-1", right: problem => problem < 30, three);
        var run = await RunAsync("weights-2", right: problem => problem is < 12 or >= 38, two, failed: problem => problem == 39);
        var cell = Assert.Single((await JudgeAsync(run, baseline)).Cells);
        Assert.Equal((2, 39, 2), (cell.Seeds, cell.Problems, cell.LeftOut));
        Assert.Equal((36, 2), (cell.Lost, cell.Won));
        Assert.Equal((GateAnswer.Block, 2, 2), (cell.Answer, cell.BaselineJobs.Count, cell.RunJobs.Count));
        Assert.EndsWith("seed 1: the run has no cell with the same problems, settings and models", cell.Reason, StringComparison.Ordinal);
        // The p is of 20 problems that changed, as with one seed: the second seed is no second sample of problems.
        Assert.Equal(0.0001, cell.P!.Value, 0.0001);
    }

    [Fact]
    public async Task What_run_and_baseline_ran_on_is_told_and_another_engine_is_not_compared_unless_allowed()
    {
        var baseline = await RunAsync("weights-1", _ => true, Sweep(4, 8), device: "CPU: a processor");
        var run = await RunAsync("weights-2", _ => true, Sweep(4, 8), device: "CUDA0: a card");
        await AddAsync(baseline, run);
        var verdict = Assert.Single(await JudgeDueAsync()).Verdict;
        Assert.Equal((GateAnswer.Incomparable, "it ran on another engine: kinds of devices: CPU (baseline), CUDA (run)"),
            (verdict.Answer, verdict.Cells[0].Reason));

        string[] differences =
        [
            "devices: CPU: a processor (baseline), CUDA0: a card (run)", "weights of tiny: weights-1 (baseline), weights-2 (run)",
        ];
        Assert.Equal(differences, Assert.Single(await Schedules.ListAsync(Ct)).LastVerdict!.EngineChanges);
        Assert.Equal(string.Join('\n', differences), await ScalarAsync<string>("SELECT differences FROM v_schedule_runs"));
        Assert.Contains(new GateFact("weights of tiny", "weights-1", "weights-2", false), verdict.RanOn);
        Assert.Contains(new GateFact("runtime", "llama_cpp", "llama_cpp", true), verdict.RanOn);

        Assert.Equal(GateAnswer.Inconclusive, (await JudgeAsync(run, baseline, new() { AllowEngineChange = true })).Answer);
        var card = await RunAsync("weights-3", _ => true, Sweep(4, 8), device: "CPU: another processor");
        Assert.Equal(GateAnswer.Inconclusive, (await JudgeAsync(card, baseline)).Answer);
        // Nobody knows what older results ran on, and the answer says so.
        var older = await JudgeAsync(await RunAsync("weights-4", _ => true), baseline);
        Assert.Empty(older.EngineChanges);
        Assert.EndsWith("; what the run ran on is not known", GateSummary.Line(older), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_workers_that_judge_at_once_one_stores_the_verdict()
    {
        var (baseline, run) = (await RunAsync("weights-1", _ => true), await RunAsync("weights-2", _ => true, Sweep(8)));
        await AddAsync(baseline, run);
        var judged = Assert.Single(await Store.UnjudgedAsync(Ct));
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Gate.JudgeAsync(judged, Ct)));
        Assert.Single(verdicts, verdict => verdict.IsStored);
        Assert.Empty(await Store.UnjudgedAsync(Ct));
        var stored = Assert.Single(await Schedules.ListAsync(Ct)).LastVerdict!;
        Assert.All(verdicts, verdict => Assert.Equal(StoredGate.Of(stored), StoredGate.Of(verdict.Verdict)));
        Assert.Equal("incomparable, 1, 0, the run has no cell with the same problems, settings and models", await ScalarAsync<string>("""
            SELECT concat_ws(', ', answer, baseline_cells, compared_cells, split_part(gaps, ': ', 2)) FROM v_schedule_runs
            """));
    }

    [Fact]
    public async Task A_verdict_by_a_policy_that_was_replaced_meanwhile_is_not_stored_and_the_newest_run_is_judged_anew()
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 12));
        await AddAsync(baseline, run);
        var judged = Assert.Single(await Store.UnjudgedAsync(Ct));
        Assert.Equal(GateAnswer.Block, (await Gate.JudgeAsync(judged, Ct)).Verdict.Answer);

        await Store.SetAsync(judged.ScheduleId, new() { MaxDrop = 0.5 }, Ct);
        Assert.Equal(
            (GateAnswer.Block, false), (await Gate.JudgeAsync(judged, Ct)) is var (old, isStored) ? (old.Answer, isStored) : default);
        Assert.Equal(GateAnswer.Warn, Assert.Single(await JudgeDueAsync()).Verdict.Answer);
        Assert.Equal("warn", await ScalarAsync<string>("SELECT answer FROM schedule_runs"));
    }

    [Fact]
    public async Task Of_the_runs_that_an_older_version_judged_only_the_newest_is_judged_again()
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 12));
        await AddAsync(baseline, run);
        await ExecuteAsync("UPDATE schedule_runs SET losses = '{}', gaps = '{}', baseline_cells = 1, left_out = 0");
        await ExecuteAsync("""
            INSERT INTO schedule_runs (schedule_id, due_at, sweep_id, losses, gaps, baseline_cells, left_out)
            SELECT schedule_id, due_at - interval '1 day', sweep_id, '{told}', '{}', 1, 0 FROM schedule_runs
            """);
        Assert.Equal(GateAnswer.Block, Assert.Single(await JudgeDueAsync()).Verdict.Answer);
        Assert.True(await ScalarAsync<bool>(
            "SELECT worse AND answer = 'block' AND smallest_drop > 0.05 FROM v_schedule_runs ORDER BY due_at DESC LIMIT 1"));
        // Its jobs may be gone, and what was said of it stays.
        Assert.Equal("told", await ScalarAsync<string>("SELECT losses[1] FROM schedule_runs WHERE answer IS NULL"));
    }

    [Fact]
    public async Task Nothing_is_held_against_a_baseline_that_has_not_ended()
    {
        var run = await RunAsync("weights-2", _ => true);
        var baseline = await EnqueueAsync("weights-1", s_sweep, s_problems);
        await AddAsync(baseline.SweepId, run);
        Assert.Empty(await Store.UnjudgedAsync(Ct));
        Assert.Null(await Store.NewestAsync("nightly", Ct));
        await Jobs.CancelAsync(baseline.Jobs[0], Ct);
        Assert.Single(await Store.UnjudgedAsync(Ct));
    }

    ScheduleStore Schedules => new(Database.DataSource);

    async Task AddAsync(long baseline, long run)
    {
        await Schedules.AddAsync(
            new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false, s_sweep, baseline), [s_problems], Ct);
        await ExecuteAsync("INSERT INTO schedule_runs (schedule_id, due_at, sweep_id) VALUES (1, now(), @run)", new { run });
    }

    async Task<List<(GateVerdict Verdict, bool IsStored)>> JudgeDueAsync()
    {
        var verdicts = new List<(GateVerdict, bool)>();
        foreach (var run in await Store.UnjudgedAsync(Ct)) verdicts.Add(await Gate.JudgeAsync(run, Ct));
        return verdicts;
    }

    Task<GateVerdict> JudgeAsync(long run, long baseline, GatePolicy? policy = null) => Gate.JudgeAsync(new JudgedRun
    {
        ScheduleId = 1, Schedule = "nightly", DueAt = DateTime.UnixEpoch, FinishedAt = null, SweepId = run, SweepName = null,
        Baseline = baseline, BaselineFinishedAt = null, Gate = null,
    }, policy ?? new(), Ct);

    async Task<string> GapAsync(long run, long baseline)
    {
        var cell = Assert.Single((await JudgeAsync(run, baseline)).Cells);
        Assert.Equal(GateAnswer.Incomparable, cell.Answer);
        return cell.Reason;
    }

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
