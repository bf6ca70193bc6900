using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Sweeps;

[Fast]
public sealed class SweepReaderTests
{
    const string Yaml = """
        name: sizes
        datasets:
          - path: test.jsonl
            limit: 200
          - other.jsonl
          - {path: olympiad.jsonl, tolerance: 1e-2}
        policies: [s, m]
        rewards: prm
        strategies:
          - greedy
          - strategy: rebase
            widths: [4, 16]
            balance_temperature: 0.2
            allocation: round
        seeds: [0, 1]
        settings:
          max_tokens_per_problem: 5000
          stop_when_decided: true
        """;

    [Fact]
    public void All_of_a_yaml_sweep_is_read()
    {
        var sweep = SweepReader.Read(Yaml, "sizes.yaml");
        Assert.Equal("sizes", sweep.Name);
        Assert.Equal([new("test.jsonl", 200), new("other.jsonl", null), new("olympiad.jsonl", null, Tolerance: 0.01)], sweep.Datasets);
        Assert.Equal([null, null, 0.01], SweepPlan.Of(sweep).GroupBy(job => job.Dataset).Select(
            jobs => Assert.Single(jobs.Select(job => job.Spec.Tolerance).Distinct())));
        Assert.Equal(["s", "m"], sweep.Policies);
        Assert.Equal(["prm"], sweep.Rewards);
        Assert.Equal([SearchStrategy.Greedy, SearchStrategy.Rebase], sweep.Strategies.Select(strategy => strategy.Strategy));
        Assert.Equal([4, 16], sweep.Strategies[1].Widths);
        Assert.Equal("""{"balance_temperature":0.2,"allocation":"round"}""", sweep.Strategies[1].Settings.ToJsonString());
        Assert.Equal([0, 1], sweep.Seeds);
        Assert.Equal("""{"max_tokens_per_problem":5000,"stop_when_decided":true}""", sweep.Settings.ToJsonString());
    }

    [Fact]
    public void Tags_of_a_sweep_its_datasets_and_its_strategies_are_those_of_its_jobs()
    {
        var sweep = SweepReader.Read("""
            datasets: [a.jsonl, {path: b.jsonl, tags: hard}]
            policies: s
            rewards: prm
            strategies: [greedy, {strategy: rebase, tags: {kind: tree, team: b}}]
            tags: [team=a, nightly]
            """, "night.yaml");

        Assert.Equal(["nightly team=a", "kind=tree nightly team=b", "hard nightly team=a", "hard kind=tree nightly team=b"],
            SweepPlan.Of(sweep).Select(job => job.Tags.ToString()));
        var stored = JsonSerializer.Serialize(sweep, ContractsJson.Default.SweepSpec);
        Assert.Equal(4, SweepPlan.Of(StoredSweepSpec.Read(stored).Sweep!).Select(job => job.Tags.ToString()).Distinct().Count());
    }

    [Theory]
    [InlineData("[team=a, team=b]", "tags: the tag 'team' is given twice")]
    [InlineData("a b", "tags: the tag's key 'a b'")]
    [InlineData("{team: [a]}", "tags is not a text")]
    [InlineData("[{team: a}]", "tags[0] is not a text")]
    public void Bad_tags_of_a_sweep_are_named_with_their_line(string tags, string fault)
    {
        var e = Assert.Throws<UserException>(() => SweepReader.Read(
            $"datasets: a.jsonl\npolicies: s\nstrategies: greedy\ntags: {tags}\n", "night.yaml"));

        Assert.Contains($"night.yaml, line 4: {fault}", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("needs: gpu=h200", "gpu=h200")]
    [InlineData("needs: [pool, gpu=h200]", "gpu=h200 pool")]
    [InlineData("needs: {gpu: h200, pool: }", "gpu=h200 pool")]
    public void Needs_are_a_setting_that_a_strategy_may_have_for_itself(string needs, string read)
    {
        var sweep = SweepReader.Read(
            $"datasets: a.jsonl\npolicies: s\nrewards: prm\nstrategies: [rebase, {{strategy: beam, needs: big}}]\nsettings: {{{needs}}}\n",
            "night.yaml");

        Assert.Equal([read, "big"], SweepPlan.Of(sweep).Select(job => job.Spec.Needs!.ToString()));
        var stored = JsonSerializer.Serialize(sweep, ContractsJson.Default.SweepSpec);
        Assert.Equal([read, "big"], SweepPlan.Of(StoredSweepSpec.Read(stored).Sweep!).Select(job => job.Spec.Needs!.ToString()));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    public void A_strategy_can_take_the_needs_of_all_jobs_away(string nothing)
    {
        var sweep = SweepReader.Read($$"""
            datasets: a.jsonl
            policies: s
            rewards: prm
            strategies: [rebase, {strategy: beam, needs: {{nothing}}}]
            settings: {needs: gpu}
            """, "night.yaml");

        Assert.Equal(["gpu", null], SweepPlan.Of(sweep).Select(job => job.Spec.Needs?.ToString()));
    }

    [Theory]
    [InlineData("settings: {needs: [gpu=a, gpu=b]}", "settings.needs: the need 'gpu' is given twice")]
    [InlineData("settings: {needs: a b}", "settings.needs: the need's key 'a b'")]
    [InlineData("after: [7, night]", "after[1]: 'night' is neither the number of a job nor sweep:N")]
    [InlineData("{after: 7, after_any: 8}", "can't be used together")]
    public void Bad_needs_and_jobs_to_wait_for_are_named_with_their_line(string line, string fault)
    {
        var rest = line.StartsWith('{') ? "after: 7\nafter_any: 8" : line;
        var e = Assert.Throws<UserException>(() => SweepReader.Read(
            $"datasets: a.jsonl\npolicies: s\nstrategies: greedy\n{rest}\n", "night.yaml"));

        Assert.Matches($"night.yaml, line [45]: .*{System.Text.RegularExpressions.Regex.Escape(fault)}", e.Message);
    }

    [Fact]
    public void What_a_sweep_waits_for_is_read_and_stored()
    {
        var sweep = SweepReader.Read("datasets: a.jsonl\npolicies: s\nstrategies: greedy\nafter: [7, sweep:2]\n", "night.yaml");
        Assert.Equal(["7", "sweep:2"], sweep.After);
        Assert.Null(sweep.AfterAny);
        Assert.Equal(["9"], SweepReader.Read(
            "datasets: a.jsonl\npolicies: s\nstrategies: greedy\nafter_any: 9\n", "night.yaml").AfterAny);
        var stored = JsonSerializer.Serialize(sweep, ContractsJson.Default.SweepSpec);
        Assert.DoesNotContain("after_any", stored, StringComparison.Ordinal);
        Assert.Equal(["7", "sweep:2"], StoredSweepSpec.Read(stored).Sweep!.After);
    }

    [Fact]
    public void A_dataset_may_name_its_fields_and_a_sweep_that_is_stored_keeps_them()
    {
        var sweep = SweepReader.Read("""
            datasets:
              - {path: a.parquet, question_field: q, answer_field: reward_model.ground_truth, id_field: extra_info.index, level_field: l}
            policies: s
            strategies: greedy
            """, "night.yaml");
        Assert.Equal(new DatasetFields("q", "reward_model.ground_truth", "extra_info.index", "l"), Assert.Single(sweep.Datasets).Fields());
        var stored = JsonSerializer.Serialize(sweep, ContractsJson.Default.SweepSpec);
        Assert.Equal(sweep.Datasets, JsonSerializer.Deserialize(stored, ContractsJson.Default.SweepSpec)!.Datasets);
    }

    [Fact]
    public void Json_is_read_as_well_and_a_sweep_without_a_name_is_called_as_its_file()
    {
        var sweep = SweepReader.Read(
            """{"datasets": ["d.jsonl"], "policies": ["s"], "strategies": [{"strategy": "sampling", "widths": [1]}]}""", "night.json");
        Assert.Equal("night", sweep.Name);
        Assert.Equal([0], sweep.Seeds);
        Assert.Empty(sweep.Rewards);
    }

    [Theory]
    [InlineData("datasets: [{path: a, tolerance: big}]", "line 1: datasets[0].tolerance: 'big' is not a number")]
    [InlineData("policys: [a]", "line 1: there is no key 'policys'; is it policies?")]
    [InlineData("policies: []", "line 1: policies: name at least one")]
    [InlineData("datasets: [{path: a, answer_field: x..y}]", "datasets[0].answer_field: 'x..y' is not a field's name")]
    [InlineData("strategies: [rebese]", "strategies[0]: 'rebese' is not one of rebase, greedy")]
    [InlineData("strategies: [{strategy: rebase, alocation: ceil}]", "strategies[0]: there is no key 'alocation'; is it allocation?")]
    [InlineData("strategies: [{strategy: rebase, widths: [4, 999]}]", "strategies[0].widths[1] is not a whole number within 1 to 256")]
    [InlineData("strategies: [{strategy: rebase, allocation: sideways}]", "strategies[0].allocation: 'sideways' is not one of ceil, round")]
    [InlineData("settings: {temperature: hot}", "settings.temperature: 'hot' is not a number")]
    [InlineData("settings: {policy: a}", "settings: there is no key 'policy'")]
    [InlineData("settings: {top_k: }", "settings.top_k: it can't be empty")]
    [InlineData("seeds: [1.5]", "seeds[0] is not a whole number")]
    [InlineData("datasets: [{limit: 3}]", "datasets[0] names no path")]
    [InlineData("datasets: [", "not valid YAML")]
    [InlineData("just a text", "a sweep is one mapping")]
    public void A_fault_is_told_with_its_line_and_place(string yaml, string told)
    {
        var error = Assert.Throws<UserException>(() => SweepReader.Read(yaml, "sweep.yaml"));
        Assert.Equal(ExitCode.BadInput, error.Code);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.All(error.Message.Split('\n'), line => Assert.StartsWith("sweep.yaml", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void A_hundred_thousand_levels_are_refused_and_do_not_end_the_process(string level)
    {
        var error = Assert.Throws<UserException>(() => SweepReader.Read(string.Concat(Enumerable.Repeat(level, 100_000)), "sweep.yaml"));
        Assert.Equal("sweep.yaml, line 1: not valid YAML: it has more than 64 levels", error.Message);
    }

    [Fact]
    public void The_schema_beside_the_contracts_is_that_of_the_reader()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "sweep.schema.json");
        Assert.Equal(SweepSchema.Text(), File.ReadAllText(file).ReplaceLineEndings("\n"));
    }
}
