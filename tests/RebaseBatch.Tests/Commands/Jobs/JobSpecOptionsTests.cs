using System.CommandLine;
using System.Text.Json.Nodes;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

[Fast]
public sealed class JobSpecOptionsTests
{
    [Theory]
    [InlineData("--policy p --reward r", """{"policy": "p", "reward": "r"}""")]
    [InlineData("--policy p --strategy greedy --name n", """{"policy": "p", "strategy": "greedy", "name": "n"}""")]
    [InlineData("--policy p --strategy sampling --width 64", """{"policy": "p", "strategy": "sampling", "width": 64}""")]
    [InlineData(
        "--policy p --reward r --strategy sampling --voting best-of-n",
        """{"policy": "p", "reward": "r", "strategy": "sampling", "voting": "best_of_n"}""")]
    [InlineData(
        "--policy p --reward r --preset authors --top-p 0.9",
        """{"policy": "p", "reward": "r", "preset": "authors", "top_p": 0.9}""")]
    [InlineData(
        "--policy p --reward r --strategy mcts --uct 2.5 --seed -3",
        """{"policy": "p", "reward": "r", "strategy": "mcts", "uct_constant": 2.5, "seed": -3}""")]
    [InlineData(
        "--policy p --reward r --deadline 2026-11-21T07:00+01:00 --stop-when-decided --max-tokens-per-job 50",
        """{"policy": "p", "reward": "r", "deadline": "2026-11-21T06:00:00Z", "stop_when_decided": true, "max_tokens_per_job": 50}""")]
    public void Options_give_the_job_that_the_same_settings_give_in_a_message_or_a_sweep(string options, string settings)
    {
        var json = JsonNode.Parse(settings)!.AsObject();
        var spec = Read(options);

        Assert.Equal(JobSettings.Spec(json), spec);
        Assert.Equal(spec, Assert.Single(SweepPlan.Of(Sweep(spec, json))).Spec);
    }

    [Fact]
    public void A_reward_model_given_to_greedy_is_ignored_with_a_word_so_that_a_loop_over_strategies_works()
    {
        var remarks = new List<string>();
        var spec = Read("--policy p --reward r --strategy greedy", remark: remarks.Add);

        Assert.Equal(Read("--policy p --strategy greedy"), spec);
        Assert.Contains("the reward model is ignored", Assert.Single(remarks), StringComparison.Ordinal);
        var message = JsonNode.Parse("""{"policy": "p", "reward": "r", "strategy": "greedy"}""")!.AsObject();
        Assert.Equal(spec, JobSettings.Spec(message));
        Assert.Equal("r", (string?)message["reward"]);
        Read("--policy p --reward r --strategy sampling", remark: Assert.Fail);
    }

    [Fact]
    public void So_is_a_width()
    {
        var remarks = new List<string>();
        var spec = Read("--policy p --reward r --strategy greedy --width 16", remark: remarks.Add);

        Assert.Equal(Read("--policy p --strategy greedy"), spec);
        Assert.Equal(
            ["greedy search scores nothing: the reward model is ignored", "greedy search has width 1: the width 16 is ignored"], remarks);
        Assert.Equal(spec, JobSettings.Spec(JsonNode.Parse("""{"policy": "p", "width": 16, "strategy": "greedy"}""")!.AsObject()));
        Assert.Equal(spec, Read("--policy p --strategy greedy --width 1", remark: Assert.Fail));
        var sweep = Sweep(spec, []) with
        {
            Strategies = [new(SearchStrategy.Greedy, [1, 4, 16], []), new(SearchStrategy.Sampling, [4], [])],
        };
        Assert.Equal([1, 4], SweepPlan.Of(sweep).Select(job => job.Spec.Width));
        Assert.Equal(
            ["greedy search has width 1: the width 4 is ignored", "greedy search has width 1: the width 16 is ignored"],
            SweepPlan.Ignored(sweep));
    }

    [Fact]
    public void Every_setting_has_an_option()
    {
        var command = new Command("enqueue");
        new JobSpecOptions().AddTo(command);
        Assert.Equal(JobSettings.All.Count, command.Options.Count);
        var named = command.Options.Select(option => option.Name is "--uct" ? "uct_constant" : option.Name[2..].Replace('-', '_'));
        Assert.Empty(JobSettings.All.Keys.Except(named));
    }

    [Fact]
    public void A_model_file_that_is_there_gets_its_whole_path()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.gguf", "");
        var spec = Read("--policy p.gguf --reward r.gguf", folder.Path);
        Assert.Equal((path, "r.gguf"), (spec.Policy, spec.Reward));
    }

    [Fact]
    public void Every_fault_is_a_line_that_names_its_option()
    {
        var fault = Assert.Throws<UserException>(() => Read("--width 0 --top-p 2"));
        Assert.Equal(
        [
            "--policy: name a policy model", "--reward: the strategy rebase needs a reward model", "--width: 0 is not within 1 to 256",
            "--top-p: 2 is not above 0 and at most 1",
        ], fault.Message.Split('\n'));
    }

    static JobSpec Read(string line, string? folder = null, Action<string>? remark = null)
    {
        var options = new JobSpecOptions();
        var command = new Command("enqueue");
        options.AddTo(command);
        return options.Read(command.Parse(line.Split(' ')), folder ?? Path.GetTempPath(), remark);
    }

    /// <summary>A sweep of one cell.</summary>
    static SweepSpec Sweep(JobSpec spec, JsonObject settings) => new()
    {
        Name = spec.Name,
        Datasets = [new("set.jsonl", null)],
        Policies = [spec.Policy],
        Rewards = spec.Reward is null ? [] : [spec.Reward],
        Strategies = [new(spec.Strategy, settings.ContainsKey("width") ? [spec.Width] : [], [])],
        Seeds = [spec.Seed],
        Settings = new(settings.Where(setting => SweepSettings.Names.Contains(setting.Key))
            .Select(setting => KeyValuePair.Create(setting.Key, setting.Value?.DeepClone()))),
    };
}
