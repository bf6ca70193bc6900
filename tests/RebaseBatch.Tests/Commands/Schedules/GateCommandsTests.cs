using System.Text.Json;
using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Schedules;

/// <summary>Every answer of <c>schedules check</c>, from the command line down to the database.</summary>
public sealed partial class GateCommandsTests(PostgresServer server)
{
    const int Problems = 60;

    [Fact]
    public async Task A_run_as_good_as_its_baseline_passes_where_a_loss_would_have_been_seen()
    {
        await using var bench = await BenchAsync();
        await NightAsync(bench, _ => true, "--gate", "gate.yaml");
        var check = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal((ExitCode.Ok, 1), (check.Code, check.OutLines.Length));
        Assert.Matches("^PASS nightly: no significant drop, and one of [0-9.]+ points in any critical cell is seen with 80 % probability; "
            + @"run of \S+ \S+Z, finished \S+ \S+Z, sweep 2 \(night\), held against sweep 1 of \S+ \S+Z; "
            + "2 of 2 cells and 120 problems compared; "
            + "a drop of [0-9.]+ points is seen with 80 % probability; what both ran on is not known$", check.OutLines[0]);

        var json = await bench.RunAsync("schedules", "check", "--format", "json");
        var verdict = Assert.Single(JsonSerializer.Deserialize(json.Out, ContractsJson.Default.IReadOnlyListGateVerdict)!);
        Assert.Equal((ExitCode.Ok, GateAnswer.Pass, 2L, 2), (json.Code, verdict.Answer, verdict.SweepId, verdict.Cells.Count));
        var csv = await bench.RunAsync("schedules", "check", "--format", "csv");
        Assert.StartsWith("schedule,answer,due_at,sweep,baseline,cell,tier,cell_answer,problems,", csv.OutLines[0],
            StringComparison.Ordinal);
        Assert.Equal(3, csv.OutLines.Length);
    }

    [Fact]
    public async Task The_same_run_is_inconclusive_under_the_usual_gate_until_another_is_set()
    {
        await using var bench = await BenchAsync();
        await NightAsync(bench, _ => true);
        var check = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal((ExitCode.Inconclusive, 3), (check.Code, check.OutLines.Length));
        Assert.StartsWith("INCONCLUSIVE nightly: no significant drop, but one beyond what is tolerated would not have been seen in "
            + "tiny-math-policy-s greedy 1 on set.jsonl and 1 more cell; run of ", check.OutLines[0], StringComparison.Ordinal);
        Assert.Matches("^INCONCLUSIVE tiny-math-policy-s greedy 1 on set.jsonl: no significant drop, but one of 5 points would not have "
            + @"been seen: the smallest that is with 80 % probability is [0-9.]+ points; it needs about [0-9,]+ problems; 100.0 % right",
            check.OutLines[1]);

        Assert.Equal(["level: 0.05", "power: 0.8", "max_drop: 0.05", "allow_engine_change: false"],
            (await bench.RunAsync("schedules", "gate", "nightly")).OutLines);
        var set = await bench.RunAsync("schedules", "gate", "nightly", "--replace", "gate.yaml");
        Assert.Equal((ExitCode.Ok, "max_drop: 0.25"), (set.Code, set.OutLines[2]));
        Assert.Contains("PASS nightly: no significant drop", OneLine(set.Error), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "check", "nightly")).Code);
        var again = await bench.RunAsync("schedules", "gate", "nightly", "--format", "json");
        Assert.Equal(StoredGate.Of(GatePolicyReader.Read(set.Out, "g")), StoredGate.Of(GatePolicyReader.Read(again.Out, "g")));
    }

    [Fact]
    public async Task A_drop_beyond_the_tolerance_blocks_and_one_within_it_or_in_an_advisory_cell_warns()
    {
        await using var bench = await BenchAsync();
        await NightAsync(bench, problem => problem % 6 != 0, "--gate", "gate.yaml");
        var warn = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal((ExitCode.Warned, 3), (warn.Code, warn.OutLines.Length));
        Assert.StartsWith("WARN tiny-math-policy-s greedy 1 on set.jsonl: 83.3 % right, 100.0 % in the baseline (10 of 60 problems lost, "
            + "0 won, p = 0.00098); within 25 points", warn.OutLines[1], StringComparison.Ordinal);

        bench.Folder.Write("strict.yaml", "max_drop: 0.1\ncells: [{strategy: greedy, tier: advisory}]");
        await bench.RunAsync("schedules", "gate", "nightly", "--replace", "strict.yaml");
        var block = await bench.RunAsync("schedules", "check");
        Assert.Equal(ExitCode.Regressed, block.Code);
        Assert.Matches("^BLOCK nightly: significantly worse by more than is tolerated: tiny-math-policy-s rebase 4 on set.jsonl;",
            block.OutLines[0]);
        Assert.StartsWith("WARN (advisory) tiny-math-policy-s greedy 1", block.OutLines[1], StringComparison.Ordinal);
        bench.Folder.Write("advisory.yaml", "max_drop: 0.1\ncells: [{tier: advisory}]");
        await bench.RunAsync("schedules", "gate", "nightly", "--replace", "advisory.yaml");
        Assert.Equal(ExitCode.Warned, (await bench.RunAsync("schedules", "check")).Code);
        Assert.Contains("\"last_run\": \"warn\"", (await bench.RunAsync("schedules", "list", "--format", "json")).Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_not_be_compared_is_no_pass()
    {
        await using var bench = await BenchAsync();
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("schedules", "check")).Code);

        await AddAsync(bench, "alone");
        var alone = await bench.RunAsync("schedules", "check", "alone");
        Assert.Equal(ExitCode.NotComparable, alone.Code);
        Assert.StartsWith("INCOMPARABLE alone: it has no baseline to hold its runs against", alone.OutLines[0], StringComparison.Ordinal);

        // Two of sixty failed in one cell, and seven in the other.
        await NightAsync(bench, problem => problem >= 7 ? true : null, "--gate", "gate.yaml");
        var failed = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal(ExitCode.NotComparable, failed.Code);
        Assert.Contains("7 of 60 problems failed in the run or in the baseline, more than a tenth", failed.OutLines[1],
            StringComparison.Ordinal);

        // The dataset has one line more now, so the cells are different ones.
        bench.Folder.Write("set.jsonl", Lines(Problems + 1));
        await AddAsync(bench, "grown", "--baseline", "1");
        await bench.RunAsync("schedules", "run-now", "grown");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var grown = await bench.RunAsync("schedules", "check", "grown");
        Assert.Equal(ExitCode.NotComparable, grown.Code);
        Assert.StartsWith("INCOMPARABLE grown: none of the baseline's 2 cells could be compared: tiny-math-policy-s greedy 1 on set.jsonl: "
            + "the run has no cell with the same problems, settings and models; run of ", grown.OutLines[0], StringComparison.Ordinal);
        Assert.Contains("; 0 of 2 cells and 0 problems compared; no drop could be seen", grown.OutLines[0], StringComparison.Ordinal);
        Assert.Contains("the baseline has no cell tiny-math-policy-s rebase 4 on set.jsonl, so nothing is said of it", OneLine(grown.Error),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_of_which_no_job_was_completed_or_that_has_not_ended_is_no_pass()
    {
        await using var bench = await BenchAsync(answered: false);
        await bench.RunAsync("jobs", "cancel", "1");
        await AddAsync(bench, "nightly", "--baseline", "1", "--fresh");
        await bench.RunAsync("schedules", "run-now", "nightly");
        await bench.RunAsync("jobs", "cancel", "3");
        await bench.RunAsync("jobs", "cancel", "4");
        var unfinished = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal(ExitCode.NotComparable, unfinished.Code);
        Assert.Contains("the newest run is not judged, because its baseline, sweep 1, is not finished", unfinished.Out,
            StringComparison.Ordinal);
        await bench.RunAsync("jobs", "cancel", "2");
        var check = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal(ExitCode.NotComparable, check.Code);
        Assert.Contains("the baseline's job 1 was not completed", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_not_there_not_finished_or_too_old_is_stale_and_the_last_verdict_is_still_told()
    {
        await using var bench = await BenchAsync();
        await AddAsync(bench, "nightly", "--baseline", "1", "--fresh", "--gate", "gate.yaml");
        var none = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal(ExitCode.Stale, none.Code);
        Assert.StartsWith("STALE nightly: no run has finished yet: the first is due at ", none.OutLines[0], StringComparison.Ordinal);

        await bench.RunAsync("schedules", "run-now", "nightly");
        var unfinished = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal(ExitCode.Stale, unfinished.Code);
        Assert.Matches(@"^STALE nightly: the run of \S+ \S+Z, sweep 2, is not finished; run of ", unfinished.OutLines[0]);

        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "check", "nightly", "--max-age", "1h")).Code);
        await bench.RunAsync("schedules", "run-now", "nightly");
        var second = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Contains("is not finished; the last judged run is PASS; run of ", second.Out, StringComparison.Ordinal);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);

        // Thirty hours later, and before the next due time.
        await ExecuteAsync(bench, """
            UPDATE schedules SET created_at = created_at - interval '30 hours', cron = '0 0 1 1 *';
            UPDATE schedule_runs SET due_at = due_at - interval '30 hours', answer = NULL;
            UPDATE jobs SET finished_at = finished_at - interval '30 hours';
            """);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "check", "nightly")).Code);
        var old = await bench.RunAsync("schedules", "check", "nightly", "--max-age", "26h");
        Assert.Equal(ExitCode.Stale, old.Code);
        Assert.Matches(@"^STALE nightly: the results of the newest run, of \S+ \S+Z, are of \S+ \S+Z and older than 26h; "
            + "the last judged run is PASS; run of ", old.OutLines[0]);
        bench.Folder.Write("aged.yaml", "max_drop: 0.25\nmax_age: 1d");
        await bench.RunAsync("schedules", "gate", "nightly", "--replace", "aged.yaml");
        Assert.Equal(ExitCode.Stale, (await bench.RunAsync("schedules", "check", "nightly")).Code);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "check", "nightly", "--max-age", "2d")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("schedules", "check", "nightly", "--max-age", "26")).Code);

        await ExecuteAsync(bench, "UPDATE schedules SET cron = '0 1 * * *'");
        var due = await bench.RunAsync("schedules", "check", "nightly", "--max-age", "7d");
        Assert.Equal(ExitCode.Stale, due.Code);
        Assert.Contains("and no worker has started that run: is a worker running?", due.OutLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_schedules_the_worst_gives_the_exit_code()
    {
        await using var bench = await BenchAsync();
        await NightAsync(bench, _ => true, "--gate", "gate.yaml");
        await AddAsync(bench, "bad", "--baseline", "1", "--fresh", "--gate", "gate.yaml");
        await bench.RunAsync("schedules", "run-now", "bad");
        await bench.AnswerAllAsync(_ => "0");
        var both = await bench.RunAsync("schedules", "check");
        Assert.Equal(ExitCode.Regressed, both.Code);
        Assert.Equal(["BLOCK", "PASS"],
            both.Out.Split('\n').Where(line => line.Length > 0 && line[0] != ' ').Select(line => line.Split(' ')[0]));
        await AddAsync(bench, "later", "--baseline", "1");
        Assert.Equal(ExitCode.Stale, (await bench.RunAsync("schedules", "check")).Code);
    }

    [Fact]
    public async Task A_run_on_another_engine_is_not_compared_unless_asked_and_both_sides_are_shown()
    {
        await using var bench = await BenchAsync();
        await NightAsync(bench, _ => true, "--gate", "gate.yaml");
        foreach (var (sweep, build) in new[] { (1, "b1"), (2, "b2") })
        {
            var content = JsonSerializer.Serialize(
                SampleEnvironment.Of("a") with { RuntimeBuild = build }, ContractsJson.Default.RunEnvironment);
            await ExecuteAsync(bench, $"""
                WITH e AS (
                    INSERT INTO environments (sha256, policy_sha256, content) VALUES ('{build}', 'a', '{content}')
                    RETURNING environment_id)
                UPDATE usage SET environment_ids = ARRAY[e.environment_id] FROM e
                WHERE job_id IN (SELECT job_id FROM sweep_jobs WHERE sweep_id = {sweep})
                """);
        }

        var check = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Equal(ExitCode.NotComparable, check.Code);
        Assert.Contains("it ran on another engine: runtime build: b1 (baseline), b2 (run)", check.OutLines[0], StringComparison.Ordinal);
        Assert.Contains("run and baseline did not run alike, and that alone may change scores: runtime build: b1 (baseline), b2 (run)",
            OneLine(check.Error), StringComparison.Ordinal);
        Assert.Matches("runtime build +b1 +b2 +another engine", OneLine(check.Error));
        Assert.Matches("kinds of devices +CPU +CPU", OneLine(check.Error));

        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "check", "nightly", "--allow-engine-change")).Code);
        // That answer is not stored.
        Assert.Equal(ExitCode.NotComparable, (await bench.RunAsync("schedules", "check", "nightly")).Code);
    }

    [Fact]
    public async Task Power_is_said_from_two_runs_and_else_by_an_assumption()
    {
        await using var bench = await BenchAsync();
        await AddAsync(bench, "planned", "--gate", "gate.yaml");
        var planned = JsonDocument.Parse((await bench.RunAsync("schedules", "power", "planned", "--format", "json")).Out).RootElement;
        Assert.Equal((2, Problems, "assumed: 20 % change, 50 % right"), (
            planned.GetArrayLength(), planned[0].GetProperty("problems").GetInt32(), planned[0].GetProperty("basis").GetString()));
        Assert.Equal(0.2, planned[0].GetProperty("changed").GetDouble(), 1e-9);

        await NightAsync(bench, problem => problem % 6 != 0, "--gate", "gate.yaml");
        var measured = JsonDocument.Parse((await bench.RunAsync("schedules", "power", "nightly", "--drop", "0.04", "--format", "json")).Out)
            .RootElement[0];
        Assert.Equal(("sweeps 1 and 2", 0.25), (measured.GetProperty("basis").GetString(), measured.GetProperty("max_drop").GetDouble()));
        Assert.Equal(10.0 / 60, measured.GetProperty("changed").GetDouble(), 1e-9);
        int[] needed =
        [
            .. new[] { "1_points", "2_points", "3_points", "drop", "5_points", "10_points" }
                .Select(drop => measured.GetProperty($"problems_for_{drop}").GetInt32()),
        ];
        Assert.Equal(needed.OrderDescending(), needed);
        Assert.True(needed[^1] > Problems / 2 && needed[0] > 1000, string.Join(' ', needed));

        var sweep = await bench.RunAsync("schedules", "power", "sweep:1", "--format", "csv");
        Assert.Contains("sweeps 1 and 2", sweep.OutLines[1], StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("schedules", "power", "sweep:99")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("schedules", "power", "--drop", "4")).Code);
        Assert.Contains("smallest drop", (await bench.RunAsync("schedules", "power")).Out, StringComparison.Ordinal);
    }

    /// <summary>A schedule "nightly" with one finished run, sweep 2, held against sweep 1.</summary>
    /// <param name="right">Of each problem's place; null: it failed.</param>
    static async Task NightAsync(CommandBench bench, Func<int, bool?> right, params string[] args)
    {
        await AddAsync(bench, "nightly", ["--baseline", "1", "--fresh", .. args]);
        await bench.RunAsync("schedules", "run-now", "nightly");
        await bench.AnswerAllAsync(problem => right(problem.Ordinal) is { } isRight ? isRight ? problem.Spec.GoldAnswer : "0" : null);
    }

    static async Task AddAsync(CommandBench bench, string name, params string[] args)
    {
        var add = await bench.RunAsync(["schedules", "add", name, "--cron", "0 1 * * *", "--sweep", "night.yaml", .. args]);
        Assert.True(add.Code is ExitCode.Ok, add.Error);
    }

    static async Task ExecuteAsync(CommandBench bench, string sql)
    {
        await using var connection = await bench.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql);
    }

    static string Lines(int problems) =>
        string.Concat(Enumerable.Range(1, problems).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n"));

    /// <summary>Sweep 1, the baseline, has two cells, and all its answers are right.</summary>
    async Task<CommandBench> BenchAsync(bool answered = true)
    {
        var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", Lines(Problems));
        bench.Folder.Write("gate.yaml", "max_drop: 0.25\n");
        bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies:
              - greedy
              - strategy: rebase
                widths: [4]
            """);
        await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");
        if (answered) await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        return bench;
    }
}
