using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

[Fast]
public sealed class GatePolicyTests
{
    static readonly string s_example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "gate.yaml"));

    [Fact]
    public void The_example_in_the_docs_is_read_whole_and_fits_its_sweep()
    {
        var policy = GatePolicyReader.Read(s_example, "gate.yaml");
        Assert.Equal((0.05, 0.8, 0.05, 0.15, TimeSpan.FromHours(26), false),
            (policy.Level, policy.Power, policy.MaxDrop, policy.MaxRelativeDrop, policy.MaxAge, policy.AllowEngineChange));
        Assert.Equal(
        [
            new() { Strategy = SearchStrategy.Greedy, Tier = CellTier.Advisory },
            new() { Policy = "tiny-math-policy-l", Strategy = SearchStrategy.Rebase, Width = 64, MaxDrop = 0.03 },
        ], policy.Cells);
        var manual = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "manual.md"));
        Assert.Contains(s_example[s_example.IndexOf("level:", StringComparison.Ordinal)..].TrimEnd(), manual, StringComparison.Ordinal);
        // Every key is shown, and no other.
        Assert.All(GatePolicyReader.Keys, key => Assert.Contains($"\n{key}:", s_example, StringComparison.Ordinal));
        GateFit.Check(policy, s_sizes, "gate.yaml");
    }

    [Fact]
    public void What_is_not_said_is_as_usual() =>
        Assert.Equal(StoredGate.Of(new GatePolicy()), StoredGate.Of(GatePolicyReader.Read("{}", "g")));

    [Theory]
    [InlineData("max_drop: 5", "gate.yaml, line 1: max_drop is not a share above 0 and up to 1, such as 0.05 for 5 points")]
    [InlineData("power: 0.8\nmax_drop: 0", "gate.yaml, line 2: max_drop is not a share")]
    [InlineData("max_relative_drop: -0.1", "max_relative_drop is not a share above 0 and up to 1")]
    [InlineData("level: 0.6", "level is not a share above 0 and up to 0.5, such as 0.05 for 5 %")]
    [InlineData("level: \"0.05\"", "level is not a share")]
    [InlineData("power: 1", "power is not a share from 0.5 to below 1, such as 0.8 for 80 %")]
    [InlineData("max_age: 26", "max_age: '26' is not a span of time: write numbers with s, m, h, d or w, such as 90m, 7d or 1d 12h")]
    [InlineData("max_age: 0h", "max_age: '0h' is not longer than 0")]
    [InlineData("allow_engine_change: perhaps", "allow_engine_change is not true or false")]
    [InlineData("require_fresh: sometimes", "require_fresh is not true or false")]
    [InlineData("max_dorp: 0.1", "there is no key 'max_dorp'; is it max_drop?")]
    [InlineData("tolerance: 0.1", "there is no key 'tolerance'; the keys are level, power,")]
    [InlineData("cells:\n  - dataset: d\n    tier: vital", "gate.yaml, line 3: cells[0].tier: 'vital' is not one of critical, advisory")]
    [InlineData("cells: [{strategy: rebate}]", "cells[0].strategy: 'rebate' is not one of rebase,")]
    [InlineData("cells: [{width: 300}]", "cells[0].width is not a whole number within 1 to 256")]
    [InlineData("cells: [{max_drop: 2}]", "cells[0].max_drop is not a share")]
    [InlineData("cells: [x]", "cells[0] is not a mapping with any of the keys dataset, policy")]
    [InlineData("just a text", "a gate is one mapping with any of the keys level")]
    [InlineData("cells: [", "not valid YAML")]
    public void A_fault_is_told_with_its_line_and_the_way_out(string yaml, string told)
    {
        var error = Assert.Throws<UserException>(() => GatePolicyReader.Read(yaml, "gate.yaml"));
        Assert.Equal(ExitCode.BadInput, error.Code);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("gate.yaml", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void A_hundred_thousand_levels_are_refused_and_do_not_end_the_process(string level)
    {
        var error = Assert.Throws<UserException>(
            () => GatePolicyReader.Read(string.Concat(Enumerable.Repeat(level, 100_000)), "gate.yaml"));
        Assert.Equal("gate.yaml, line 1: not valid YAML: it has more than 64 levels", error.Message);
    }

    [Fact]
    public void What_is_printed_is_read_again_in_both_formats_and_from_the_database()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var policy = Any(random);
            foreach (var text in (string[])[GatePolicyText.Yaml(policy), GatePolicyText.Json(policy).ToJsonString()])
                Assert.Equal(StoredGate.Of(policy), StoredGate.Of(GatePolicyReader.Read(text, "g")));
            Assert.Equal(StoredGate.Of(policy), StoredGate.Of(StoredGate.PolicyOf("nightly", StoredGate.Of(policy))));
        }
    }

    [Fact]
    public void A_policy_of_a_newer_version_is_refused_and_not_read_in_part()
    {
        var error = Assert.Throws<UserException>(() => StoredGate.PolicyOf("nightly", """{"max_drop": 0.1, "new_knob": 1}"""));
        Assert.Contains("the gate of the schedule 'nightly' can't be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_fits_no_cell_of_the_sweep_is_refused()
    {
        var policy = new GatePolicy { Cells = [new() { Dataset = "arithmetic-test" }, new() { Dataset = "gsm9k", Width = 4 }] };
        var error = Assert.Throws<UserException>(() => GateFit.Check(policy, s_sizes, "gate.yaml"));
        Assert.StartsWith("gate.yaml: cells[1] (dataset gsm9k, width 4) fits no cell of the sweep: its cells are "
            + "tiny-math-policy-s greedy 1 on",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_hidden_by_rules_before_it_is_refused_since_it_would_stop_nothing()
    {
        GateRule all = new() { Tier = CellTier.Advisory }, strict = new() { Strategy = SearchStrategy.Rebase, MaxDrop = 0.01 };
        var error = Assert.Throws<UserException>(() => GateFit.Check(new() { Cells = [all, strict] }, s_sizes, "gate.yaml"));
        Assert.StartsWith("gate.yaml: cells[1] (strategy rebase) never counts: rules before it fit all its cells", error.Message,
            StringComparison.Ordinal);
        GateFit.Check(new() { Cells = [strict, all] }, s_sizes, "gate.yaml");
    }

    [Fact]
    public void An_age_beyond_what_a_time_can_be_is_refused()
    {
        var age = string.Join(' ', Enumerable.Repeat("1000000d", 20));
        var error = Assert.Throws<UserException>(() => GatePolicyReader.Read($"max_age: {age}", "gate.yaml"));
        Assert.Contains("is longer than a hundred years", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_beside_the_contracts_is_that_of_the_reader()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "gate.schema.json");
        Assert.Equal(GateSchema.Text(), File.ReadAllText(file).ReplaceLineEndings("\n"));
        Assert.All(GatePolicyReader.Keys.Concat(GatePolicyReader.RuleKeys),
            key => Assert.Contains($"\"{key}\": {{", GateSchema.Text(), StringComparison.Ordinal));
    }

    static readonly SweepSpec s_sizes = new()
    {
        Name = "sizes", Datasets = [new("/data/arithmetic-test.jsonl", 200)], Rewards = ["tiny-math-prm"], Seeds = [0], Settings = [],
        Policies = ["tiny-math-policy-s", "tiny-math-policy-m", "tiny-math-policy-l"],
        Strategies = [new(SearchStrategy.Greedy, [], []), new(SearchStrategy.Rebase, [4, 16, 64], [])],
    };

    static GatePolicy Any(Random random) => new()
    {
        Level = random.Next(1, 500) / 1000.0,
        Power = random.Next(500, 1000) / 1000.0,
        MaxDrop = random.Next(1, 1001) / 1000.0,
        MaxRelativeDrop = random.Next(2) == 0 ? null : random.NextDouble() / 3 + 0.001,
        MaxAge = random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.Next(1, 3_000_000)),
        RequireFresh = random.Next(3) switch { 0 => null, 1 => true, _ => false },
        AllowEngineChange = random.Next(2) == 0,
        Cells =
        [
            .. Enumerable.Range(0, random.Next(4)).Select(_ => new GateRule
            {
                Dataset = random.Next(2) == 0 ? null : new[] { "gsm8k", "a b: #c.jsonl", "true", "12", "\"'", "ü" }[random.Next(6)],
                Policy = random.Next(2) == 0 ? null : "policy-1.gguf",
                Reward = random.Next(2) == 0 ? null : "NULL",
                Strategy = random.Next(2) == 0 ? null : SearchStrategy.Beam,
                Width = random.Next(2) == 0 ? null : random.Next(1, 257),
                Tier = random.Next(2) == 0 ? CellTier.Critical : CellTier.Advisory,
                MaxDrop = random.Next(2) == 0 ? null : 0.25,
                MaxRelativeDrop = random.Next(2) == 0 ? null : 0.125,
            }),
        ],
    };
}
