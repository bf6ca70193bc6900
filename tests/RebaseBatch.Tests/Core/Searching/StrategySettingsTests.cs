using System.CommandLine;
using System.Text.Json;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class StrategySettingsTests
{
    static readonly JobSpec s_spec = new() { Policy = "p", Reward = "r" };

    [Fact]
    public void A_spec_stored_before_the_settings_existed_reads_as_it_was_meant()
    {
        const string Stored =
            """{"name":"old","policy":"p","reward":"r","strategy":"rebase","width":2"""
            + ""","allocation":"round","balance_temperature":0.2,"seed":7}""";
        var spec = JsonSerializer.Deserialize<JobSpec>(Stored, ContractsJson.Lines)!;
        Assert.Equal(s_spec with { Name = "old", Width = 2, Allocation = Allocation.Round, BalanceTemperature = 0.2, Seed = 7 }, spec);
        Assert.Empty(spec.Faults());
    }

    [Fact]
    public void A_spec_that_only_names_a_preset_has_its_values()
    {
        var spec = JsonSerializer.Deserialize<JobSpec>("""{"policy":"p","reward":"r","preset":"authors","max_depth":9}""",
            ContractsJson.Lines)!;
        Assert.Equal(JobSpec.DefaultsOf(Preset.Authors) with { Policy = "p", Reward = "r", MaxDepth = 9 }, spec);
    }

    [Fact]
    public void To_name_an_embedding_model_selects_its_key_and_no_other_goes_with_it()
    {
        var settings = new System.Text.Json.Nodes.JsonObject
        {
            ["policy"] = "p", ["reward"] = "r", ["strategy"] = "dora", ["embedding_model"] = "e",
        };
        var spec = RebaseBatch.Durable.Jobs.JobSettings.Spec(settings);
        Assert.Equal((DirectionKey.Embedding, 0.01, "e"), (spec.DoraKey, spec.DoraTemperature, spec.EmbeddingModel));
        Assert.Empty(spec.Faults());
        Assert.Equal(spec, JsonSerializer.Deserialize<JobSpec>(JsonSerializer.Serialize(spec, ContractsJson.Lines), ContractsJson.Lines));

        Assert.StartsWith("dora-key:", Assert.Single((spec with { DoraKey = DirectionKey.Step }).Faults()), StringComparison.Ordinal);
        Assert.StartsWith("embedding-model:", Assert.Single((spec with { EmbeddingModel = null }).Faults()), StringComparison.Ordinal);
        Assert.StartsWith("embedding-model:",
            Assert.Single((spec with { Strategy = SearchStrategy.Rebase }).Faults()), StringComparison.Ordinal);
        Assert.StartsWith("dora-temperature:", Assert.Single((spec with { DoraTemperature = 0 }).Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_spec_without_its_policy_is_refused_and_text_stays_readable()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<JobSpec>("""{"reward":"r"}""", ContractsJson.Lines));
        Assert.Contains("\"name\":\"Größe\"", JsonSerializer.Serialize(s_spec with { Name = "Größe" }, ContractsJson.Lines),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SearchStrategy.Sampling, "sampling")]
    [InlineData(SearchStrategy.Beam, "beam")]
    [InlineData(SearchStrategy.Dvts, "dvts")]
    [InlineData(SearchStrategy.Mcts, "mcts")]
    public void A_strategy_is_stored_by_name_with_its_settings(SearchStrategy strategy, string name)
    {
        var spec = s_spec with { Strategy = strategy, BeamWidth = 8, UctConstant = 0.5 };
        var json = JsonSerializer.Serialize(spec, ContractsJson.Lines);
        Assert.Contains($"\"strategy\":\"{name}\"", json, StringComparison.Ordinal);
        Assert.Contains("\"beam_width\":8", json, StringComparison.Ordinal);
        Assert.Contains("\"uct_constant\":0.5", json, StringComparison.Ordinal);
        Assert.Equal(spec, JsonSerializer.Deserialize<JobSpec>(json, ContractsJson.Lines));
    }

    [Theory]
    [InlineData(SearchStrategy.Sampling, true)]
    [InlineData(SearchStrategy.Greedy, true)]
    [InlineData(SearchStrategy.Rebase, false)]
    [InlineData(SearchStrategy.Beam, false)]
    [InlineData(SearchStrategy.Dvts, false)]
    [InlineData(SearchStrategy.Mcts, false)]
    public void Only_what_scores_nothing_runs_without_a_reward_model(SearchStrategy strategy, bool runs)
    {
        var spec = new JobSpec { Policy = "p", Strategy = strategy, Width = strategy is SearchStrategy.Greedy ? 1 : 8 };
        Assert.Equal(runs, !spec.Faults().Any());
        if (runs) Assert.False(StrategyFactory.Create(spec).NeedsReward);
    }

    [Theory]
    [InlineData(SearchStrategy.Beam, 6, 4, null)]
    [InlineData(SearchStrategy.Beam, 4, 0, "beam-width: 0 is not within 1 to the width, 4")]
    [InlineData(SearchStrategy.Beam, 4, 5, "beam-width: 5 is not within 1 to the width, 4")]
    [InlineData(SearchStrategy.Dvts, 8, 4, null)]
    [InlineData(SearchStrategy.Dvts, 6, 4, "beam-width: 4 does not divide the width, 6, into whole subtrees")]
    [InlineData(SearchStrategy.Dvts, 8, 0, "beam-width: 0 is not within 1 to the width, 8")]
    [InlineData(SearchStrategy.Rebase, 2, 4, null)]
    public void A_beam_must_fit_the_search_that_uses_it(SearchStrategy strategy, int width, int beamWidth, string? fault) =>
        Assert.Equal(fault, (s_spec with { Strategy = strategy, Width = width, BeamWidth = beamWidth }).Faults().SingleOrDefault());

    [Theory]
    [InlineData(SearchStrategy.Mcts, -0.1, "uct: -0.1 is not within 0 to 100")]
    [InlineData(SearchStrategy.Mcts, double.NaN, "uct: NaN is not within 0 to 100")]
    [InlineData(SearchStrategy.Mcts, 0, null)]
    [InlineData(SearchStrategy.Beam, -0.1, null)]
    public void The_constant_of_uct_is_bounded_where_it_is_used(SearchStrategy strategy, double uct, string? fault) =>
        Assert.Equal(fault, (s_spec with { Strategy = strategy, UctConstant = uct }).Faults().SingleOrDefault());

    [Fact]
    public void Options_make_the_settings_and_what_is_left_out_keeps_the_default()
    {
        var spec = Read("--reward", "r", "--strategy", "beam", "--width", "12", "--beam-width", "3");
        Assert.Equal((SearchStrategy.Beam, 12, 3, 1.0), (spec.Strategy, spec.Width, spec.BeamWidth, spec.UctConstant));
        spec = Read("--reward", "r", "--strategy", "mcts", "--uct", "0.25");
        Assert.Equal((SearchStrategy.Mcts, 16, 4, 0.25), (spec.Strategy, spec.Width, spec.BeamWidth, spec.UctConstant));

        var refused = Assert.Throws<UserException>(() => Read("--reward", "r", "--strategy", "dvts", "--beam-width", "3"));
        Assert.Equal("--beam-width: 3 does not divide the width, 16, into whole subtrees", refused.Message);
    }

    [Fact]
    public void Budgets_of_the_job_and_the_early_stop_are_options_and_off_unless_given()
    {
        var spec = Read("--reward", "r", "--max-tokens-per-job", "100000", "--max-flops-per-job", "1e15", "--max-device-seconds-per-job",
            "3600.5", "--stop-when-decided");
        Assert.Equal((100_000L, 1e15, 3600.5, true),
            (spec.MaxTokensPerJob, spec.MaxFlopsPerJob, spec.MaxDeviceSecondsPerJob, spec.StopWhenDecided));
        Assert.Equal(spec, JsonSerializer.Deserialize<JobSpec>(JsonSerializer.Serialize(spec, ContractsJson.Lines), ContractsJson.Lines));
        spec = Read("--reward", "r");
        Assert.Equal((null, null, null, false),
            (spec.MaxTokensPerJob, spec.MaxFlopsPerJob, spec.MaxDeviceSecondsPerJob, spec.StopWhenDecided));
    }

    [Fact]
    public void Budgets_of_nothing_and_a_best_of_n_that_is_to_be_decided_are_refused()
    {
        var faults =
            (s_spec with
            {
                MaxTokensPerJob = 0,
                MaxFlopsPerJob = double.NaN,
                MaxDeviceSecondsPerJob = -1,
                StopWhenDecided = true,
                Voting = VotingMethod.BestOfN
            }).Faults();
        Assert.Equal(
        [
            "max-tokens-per-job: 0 is not at least 1",
            "max-flops-per-job: NaN is not above 0",
            "max-device-seconds-per-job: -1 is not above 0",
            "stop-when-decided: best-of-n is never decided early: leave out --stop-when-decided, or vote by weight or majority",
        ], faults);
        Assert.Empty((s_spec with { StopWhenDecided = true, Voting = VotingMethod.Majority }).Faults());
        Assert.Empty(new JobSpec { Policy = "p", Strategy = SearchStrategy.Greedy, Width = 1, StopWhenDecided = true }.Faults());
    }

    [Fact]
    public void Unscored_sampling_votes_by_majority_and_scored_sampling_by_weight()
    {
        Assert.Equal(VotingMethod.Majority, Read("--strategy", "sampling").Voting);
        Assert.Equal(VotingMethod.Weighted, Read("--strategy", "sampling", "--reward", "r").Voting);
    }

    static JobSpec Read(params string[] arguments)
    {
        var options = new JobSpecOptions();
        var command = new Command("enqueue");
        options.AddTo(command);
        return options.Read(command.Parse(["--policy", "p", .. arguments]), Path.GetTempPath());
    }
}
