using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

/// <summary>The whole table of answers. In words: docs/manual.md, "Verdicts".</summary>
[Fast]
public sealed partial class GateJudgmentTests
{
    const int Many = 4000, Few = 40;

    // A drop of 10 points is seen in 4,000 problems and beyond a tolerance of 5; one of 3 points is seen and within it; and so on.
    [Theory]
    [InlineData(CellTier.Critical, Many, 400, 0, GateAnswer.Block, GateAnswer.Block)]
    [InlineData(CellTier.Critical, Many, 120, 0, GateAnswer.Warn, GateAnswer.Warn)]
    [InlineData(CellTier.Critical, Many, 60, 60, GateAnswer.Pass, GateAnswer.Pass)]
    [InlineData(CellTier.Critical, Many, 0, 400, GateAnswer.Pass, GateAnswer.Pass)]
    [InlineData(CellTier.Critical, Few, 2, 2, GateAnswer.Inconclusive, GateAnswer.Inconclusive)]
    [InlineData(CellTier.Critical, Few, 20, 0, GateAnswer.Block, GateAnswer.Block)]
    [InlineData(CellTier.Advisory, Many, 400, 0, GateAnswer.Warn, GateAnswer.Warn)]
    [InlineData(CellTier.Advisory, Many, 120, 0, GateAnswer.Warn, GateAnswer.Warn)]
    [InlineData(CellTier.Advisory, Many, 60, 60, GateAnswer.Pass, GateAnswer.Pass)]
    [InlineData(CellTier.Advisory, Few, 2, 2, GateAnswer.Inconclusive, GateAnswer.Pass)]
    public void A_cell_is_answered_by_its_test_its_tolerance_and_its_power(
        CellTier tier, int problems, int lost, int won, GateAnswer answer, GateAnswer run)
    {
        var verdict = Judge(new() { Cells = [new() { Width = 8, Tier = tier }] }, Cell(8, problems, lost, won));
        var cell = Assert.Single(verdict.Cells);
        Assert.Equal((answer, run, tier), (cell.Answer, verdict.Answer, cell.Tier));
        Assert.Equal((lost, won, problems), (cell.Lost, cell.Won, cell.Problems));
        Assert.Equal((won - lost) / (double)problems, cell.After!.Value - cell.Before!.Value, 1e-9);
        Assert.InRange(cell.After!.Value - cell.Before!.Value, cell.ChangeLow!.Value - 1e-9, cell.ChangeHigh!.Value + 1e-9);
        Assert.True(cell.SmallestDrop > 0);
        Assert.Equal(cell.Answer is GateAnswer.Inconclusive, cell.ProblemsNeeded is not null);
        Assert.Equal(tier is CellTier.Critical ? cell.SmallestDrop : null, verdict.SmallestDrop);
    }

    [Theory]
    [InlineData("the run has no cell with the same problems, settings and models")]
    [InlineData("the run's job 2 was cancelled")]
    [InlineData("the baseline's job 1 was not completed")]
    [InlineData("none of its problems has a gold answer")]
    [InlineData("500 of 4500 problems failed in the run or in the baseline, more than a tenth")]
    [InlineData("it ran on another engine: runtime build: 1 (commit a) (baseline), 2 (run)")]
    public void A_missing_critical_cell_is_no_pass_and_a_missing_advisory_one_is_only_told(string reason)
    {
        var missing = Missing(reason);
        foreach (var (tier, run) in new[] { (CellTier.Critical, GateAnswer.Incomparable), (CellTier.Advisory, GateAnswer.Pass) })
        {
            var verdict = Judge(new() { Cells = [new() { Width = 4, Tier = tier }] }, missing, Cell(8, Many, 10, 10));
            Assert.Equal((run, GateAnswer.Incomparable, reason), (verdict.Answer, verdict.Cells[0].Answer, verdict.Cells[0].Reason));
            Assert.Contains(reason, GateSummary.CellLines(verdict).Single(), StringComparison.Ordinal);
        }

        // With nothing else, an advisory cell is no pass either.
        Assert.Equal(GateAnswer.Incomparable, Judge(new() { Cells = [new() { Tier = CellTier.Advisory }] }, missing).Answer);
    }

    [Fact]
    public void A_run_is_as_its_worst_critical_cell()
    {
        var (pass, warn, block) = (Cell(1, Many, 20, 20), Cell(2, Many, 120, 0), Cell(16, Many, 400, 0));
        var (unclear, missing) = (Cell(8, Few, 2, 2), Missing("the run's job 2 was cancelled"));
        Assert.Equal(GateAnswer.Pass, Judge(new(), pass).Answer);
        Assert.Equal(GateAnswer.Warn, Judge(new(), pass, warn).Answer);
        Assert.Equal(GateAnswer.Inconclusive, Judge(new(), pass, warn, unclear).Answer);
        Assert.Equal(GateAnswer.Incomparable, Judge(new(), pass, warn, unclear, missing).Answer);
        Assert.Equal(GateAnswer.Block, Judge(new(), pass, warn, unclear, missing, block).Answer);
    }

    [Fact]
    public void A_baseline_without_cells_is_no_pass_and_a_cell_of_the_run_alone_is_named()
    {
        var verdict = Judge(new());
        Assert.Equal((GateAnswer.Incomparable, null), (verdict.Answer, verdict.SmallestDrop));
        var alone = new PairedCell("alone", [Pair(4) with { BaselineJob = null, BaselineCompleted = false, Problems = "" }]);
        Assert.Equal(["alone"], Judge(new(), alone, Cell(8, Many, 0, 0)).NotInBaseline);
        Assert.Equal(GateAnswer.Incomparable, Judge(new(), alone).Answer);
    }

    [Fact]
    public void A_critical_rule_that_no_cell_of_the_baseline_fits_is_a_missing_cell()
    {
        var policy = new GatePolicy { Cells = [new() { Dataset = "gsm8k" }, new() { Dataset = "other", Tier = CellTier.Advisory }] };
        var verdict = Judge(policy, Cell(8, Many, 10, 10));
        Assert.Equal((GateAnswer.Incomparable, "dataset gsm8k"), (verdict.Answer, verdict.Cells[1].Title));
        Assert.Equal(2, verdict.Cells.Count);
    }

    [Fact]
    public void The_baselines_own_job_is_equal_and_no_test()
    {
        // 5 of 5 lost has a probability of 3.1 %: enough for one cell, and not for two.
        var lost = Cell(8, Many, 5, 0);
        var same = new PairedCell("same", [Pair(4) with { RunJob = 1, Problems = new string('3', 100) }]);
        Assert.Equal(GateAnswer.Warn, Judge(new(), lost).Answer);
        var mixed = Judge(new(), lost, same);
        Assert.Equal((GateAnswer.Warn, GateAnswer.Pass), (mixed.Answer, mixed.Cells[1].Answer));
        Assert.Equal(GateAnswer.Pass, Judge(new(), lost, Cell(4, Many, 30, 30)).Answer);
        var alone = Judge(new() { RequireFresh = false }, same);
        Assert.Equal((GateAnswer.Pass, null, 100, null), (alone.Answer, alone.SmallestDrop, alone.Cells[0].Problems, alone.Cells[0].P));
        Assert.Contains("no drop could be seen", GateSummary.Line(alone), StringComparison.Ordinal);
    }

    [Fact]
    public void Holm_is_over_the_critical_cells_only_and_so_is_what_a_drop_must_be()
    {
        var lost = Cell(8, Many, 6, 0);
        PairedCell[] nine = [.. Enumerable.Range(0, 9).Select(i => Cell(16 + i, Many, 30, 30))];
        var advisory = new GatePolicy { Cells = [new() { Width = 8, Tier = CellTier.Critical }, new() { Tier = CellTier.Advisory }] };
        var (all, one) = (Judge(new(), [lost, .. nine]), Judge(advisory, [lost, .. nine]));
        Assert.Equal((GateAnswer.Pass, GateAnswer.Warn), (all.Cells[0].Answer, one.Cells[0].Answer));
        Assert.Equal(10 * all.Cells[0].P!.Value, all.Cells[0].AdjustedP!.Value, 1e-12);
        Assert.Equal(one.Cells[0].P, one.Cells[0].AdjustedP);
        Assert.True(all.Cells[0].SmallestDrop > one.Cells[0].SmallestDrop);
        // Holm: 10 of 10 is enough among ten cells.
        Assert.Equal(GateAnswer.Warn, Judge(new(), [Cell(8, Many, 10, 0), .. nine]).Cells[0].Answer);
    }

    [Fact]
    public void The_smaller_of_both_tolerances_counts_and_the_first_rule_that_fits()
    {
        GateAnswer Answer(GatePolicy policy) => Judge(policy, Cell(8, Many, 120, 0)).Answer;
        Assert.Equal(GateAnswer.Warn, Answer(new() { MaxDrop = 0.03 }));
        Assert.Equal(GateAnswer.Block, Answer(new() { MaxDrop = 0.029 }));
        // The baseline is right for a half, so that 3 points are 6 % of it.
        Assert.Equal(GateAnswer.Warn, Answer(new() { MaxRelativeDrop = 0.061 }));
        Assert.Equal(GateAnswer.Block, Answer(new() { MaxRelativeDrop = 0.059 }));
        Assert.Equal(GateAnswer.Block, Answer(new() { MaxDrop = 0.02, MaxRelativeDrop = 0.9 }));
        GateRule strict = new() { Dataset = "d", Policy = "tiny", Reward = "prm", MaxDrop = 0.01 }, loose = new() { MaxDrop = 0.2 };
        Assert.Equal(GateAnswer.Block, Answer(new() { Cells = [strict, loose] }));
        Assert.Equal(GateAnswer.Warn, Answer(new() { Cells = [loose, strict] }));
    }

    [Fact]
    public void Where_nothing_was_right_nothing_can_be_lost_and_that_is_no_pass()
    {
        var none = new PairedCell("none", [Pair(8) with { Problems = new string(JobPair.Neither, Many) }]);
        Assert.Equal(GateAnswer.Inconclusive, Judge(new(), none).Answer);
        var won = new PairedCell("won", [Pair(8) with { Problems = new string(JobPair.OnlyRun, 900) + new string(JobPair.Neither, Many) }]);
        Assert.Equal(GateAnswer.Inconclusive, Judge(new(), won).Answer);
    }

    [Fact]
    public void Another_engine_is_not_compared_unless_allowed_and_other_differences_are_told()
    {
        PairedCell On(RunEnvironment run) => new("cell", [Pair(8) with
        {
            Problems = Letters(Many, 400, 0), BaselineRanOn = [s_usual], RunRanOn = [run],
        }]);
        RunEnvironment[] engines =
        [
            s_usual with { Runtime = "llama_sharp" }, s_usual with { RuntimeBuild = "2" }, s_usual with { Devices = ["CUDA0: a card"] },
            s_usual with { Policy = s_usual.Policy with { Quantisation = "Q4_K_M" } },
            s_usual with { Policy = s_usual.Policy with { KvCache = "q8_0" } },
            s_usual with { Reward = s_usual.Reward! with { KvCache = "q8_0" } },
            s_usual with { Policy = s_usual.Policy with { FlashAttention = true } },
            s_usual with { Policy = s_usual.Policy with { GpuLayers = -1 } },
            s_usual with { Policy = s_usual.Policy with { Prompt = "plain 2" } },
            s_usual with { Policy = s_usual.Policy with { Server = Server("vllm", "1") } },
        ];
        foreach (var engine in engines)
        {
            var verdict = Judge(new(), On(engine));
            Assert.Equal(GateAnswer.Incomparable, verdict.Answer);
            Assert.StartsWith("it ran on another engine: ", verdict.Cells[0].Reason, StringComparison.Ordinal);
            Assert.Contains(verdict.RanOn, fact => fact is { IsEngine: true, Differs: true });
            // What was lost is told all the same.
            Assert.Equal((400, null), (verdict.Cells[0].Lost, verdict.Cells[0].P));
            Assert.Equal(GateAnswer.Block, Judge(new() { AllowEngineChange = true }, On(engine)).Answer);
        }

        RunEnvironment[] others =
        [
            s_usual with { Program = "2.0" }, s_usual with { Devices = ["CPU: another processor"] },
            s_usual with { Policy = s_usual.Policy with { Sha256 = "b" } },
            s_usual with { Policy = s_usual.Policy with { Contexts = 1, ThreadsPerCall = 4 } },
        ];
        foreach (var other in others)
        {
            var verdict = Judge(new(), On(other));
            Assert.Equal((GateAnswer.Block, 1), (verdict.Answer, verdict.EngineChanges.Count));
            Assert.DoesNotContain(verdict.RanOn, fact => fact is { IsEngine: true, Differs: true });
        }

        // A prompt that an older version did not record is not known, and no other one.
        Assert.Equal(GateAnswer.Block, Judge(new(), On(s_usual with { Policy = s_usual.Policy with { Prompt = null } })).Answer);
    }

    [Fact]
    public void Servers_are_other_engines_by_program_and_version_and_not_by_replicas()
    {
        RunEnvironment Served(ServerEnvironment server) => s_usual with { Devices = [], Policy = s_usual.Policy with { Server = server } };
        GateAnswer Answer(ServerEnvironment run) => Judge(new(), new PairedCell("cell", [Pair(8) with
        {
            Problems = Letters(Many, 400, 0), BaselineRanOn = [Served(Server("vllm", "1"))], RunRanOn = [Served(run)],
        }])).Answer;
        Assert.Equal(GateAnswer.Incomparable, Answer(Server("vllm", "2")));
        Assert.Equal(GateAnswer.Incomparable, Answer(Server("sglang", "1")));
        Assert.Equal(GateAnswer.Block, Answer(Server("vllm", "1") with { Endpoints = 4 }));
        Assert.Equal(GateAnswer.Block, Answer(Server("vllm", "1") with { Revision = "main" }));
    }

    [Fact]
    public void More_lost_problems_never_make_a_better_answer()
    {
        foreach (var problems in (int[])[30, 200, 1000])
        {
            var worst = GateAnswer.Pass;
            for (var lost = 0; lost <= problems / 2; lost += 1 + problems / 40)
            {
                var answer = Judge(new(), Cell(8, problems, lost, problems / 20)).Answer;
                // Below significance more flips make the comparison less certain, from there on the drop counts.
                if (answer is GateAnswer.Warn) answer = GateAnswer.Inconclusive;
                Assert.True(answer >= worst, $"{problems} problems, {lost} lost: {answer} after {worst}");
                worst = answer;
            }

            Assert.Equal(GateAnswer.Block, worst);
        }
    }

    [Fact]
    public void Any_cells_give_a_verdict_that_is_not_better_than_its_critical_cells_and_survives_json()
    {
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var policy = new GatePolicy
            {
                Cells = [new() { Width = 3, Tier = CellTier.Advisory }, new() { Width = 4, Tier = CellTier.Advisory }],
            };
            PairedCell[] cells =
            [
                .. Enumerable.Range(1, random.Next(1, 7)).Select(width => random.Next(6) == 0
                    ? Missing("the run's job 2 was cancelled", width)
                    : Cell(width, 200, random.Next(0, 100), random.Next(0, 100))),
            ];
            var verdict = Judge(policy, cells);
            var critical = verdict.Cells.Where(cell => cell.Tier is CellTier.Critical).ToList();
            Assert.True(critical.All(cell => cell.Answer <= verdict.Answer), verdict.Reason);
            Assert.True(critical.Any(cell => cell.Answer == verdict.Answer) || verdict.Answer <= GateAnswer.Warn
                || verdict.Cells.All(cell => cell.Answer is GateAnswer.Incomparable), verdict.Reason);
            Assert.Equal(StoredGate.Of(verdict), StoredGate.Of(StoredGate.VerdictOf(StoredGate.Of(verdict))!));
            Assert.Equal(verdict.Cells.Count(cell => cell.Answer is not GateAnswer.Pass), GateSummary.CellLines(verdict).Count());
        }
    }

    [Fact]
    public void One_line_names_the_run_its_date_its_sweep_what_it_was_held_against_coverage_and_what_could_be_seen()
    {
        var verdict = Judge(new(), Cell(8, 200, 60, 0), Missing("the run's job 2 was cancelled"));
        Assert.Matches("^BLOCK nightly: significantly worse by more than is tolerated: tiny rebase 8 on d.jsonl; run of 2026-11-30 01:00Z, "
            + @"finished 2026-11-30 02:30Z, sweep 7 \(sizes\), held against sweep 3 of 2026-11-01 04:00Z; "
            + @"1 of 2 cells and 200 problems compared; a drop of [0-9.]+ points is seen with 80 % probability; what both ran on is not "
            + "known$",
            GateSummary.Line(verdict));
    }

    static readonly RunEnvironment s_usual = SampleEnvironment.Of("a", "r") with
    {
        Policy = SampleEnvironment.Of("a").Policy with { Prompt = "plain 1" },
    };

    static ServerEnvironment Server(string kind, string version) =>
        new() { Kind = kind, Version = version, Model = "m", Revision = null, Endpoints = 1 };

    static PairedCell Missing(string reason, int width = 4) => new($"tiny rebase {width} on d.jsonl", [reason switch
    {
        ['t', 'h', 'e', ' ', 'r', 'u', 'n', ' ', ..] => Pair(width) with { RunJob = null, RunCompleted = false, Problems = "" },
        _ when reason.Contains("cancelled", StringComparison.Ordinal) => Pair(width) with { RunCompleted = false, Problems = "" },
        _ when reason.Contains("not completed", StringComparison.Ordinal) => Pair(width) with { BaselineCompleted = false, Problems = "" },
        _ when reason.Contains("gold", StringComparison.Ordinal) => Pair(width) with { Problems = new('-', 9) },
        _ when reason.Contains("failed", StringComparison.Ordinal) =>
            Pair(width) with { Problems = new string('3', 4000) + new string(JobPair.Failed, 500) },
        _ => Pair(width) with { Problems = new('3', 4000), BaselineRanOn = [s_usual], RunRanOn = [s_usual with { RuntimeBuild = "2" }] },
    }]);

    /// <summary>A cell of which half the baseline's answers are right.</summary>
    static PairedCell Cell(int width, int problems, int lost, int won) =>
        new($"tiny rebase {width} on d.jsonl", [Pair(width) with { Problems = Letters(problems, lost, won) }]);

    static string Letters(int problems, int lost, int won) => new string(JobPair.OnlyBaseline, lost) + new string(JobPair.OnlyRun, won)
        + new string(JobPair.Both, problems / 2 - lost) + new string(JobPair.Neither, problems - problems / 2 - won);

    static JobPair Pair(int width) => new()
    {
        Spec = new() { Policy = "tiny", Reward = "prm", Width = width }, Dataset = "d.jsonl", DatasetSha256 = "d", BaselineJob = 1,
        BaselineCompleted = true, RunJob = 2, RunCompleted = true, Problems = "3",
    };

    static GateVerdict Judge(GatePolicy policy, params PairedCell[] cells) => GateJudgment.Of(new()
    {
        ScheduleId = 1, Schedule = "nightly", DueAt = new(2026, 11, 30, 1, 0, 0, DateTimeKind.Utc),
        FinishedAt = new(2026, 11, 30, 2, 30, 0, DateTimeKind.Utc), SweepId = 7, SweepName = "sizes", Baseline = 3,
        BaselineFinishedAt = new(2026, 11, 1, 4, 0, 0, DateTimeKind.Utc), Gate = null,
    }, cells, policy);
}
