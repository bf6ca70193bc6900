using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Sweeps;

[Fast]
public sealed class SweepPlanTests
{
    static readonly SweepSpec s_sweep = new()
    {
        Name = "sizes",
        Datasets = [new("a.jsonl", null), new("b.jsonl", 5)],
        Policies = ["s", "m", "l"],
        Rewards = ["p1", "p2"],
        Strategies = [new(SearchStrategy.Greedy, [], []), new(SearchStrategy.Sampling, [1, 4], []),
            new(SearchStrategy.Rebase, [4, 16, 64], new()
        {
            ["balance_temperature"] = 0.2,
        })],
        Seeds = [0, 1],
        Settings = new() { ["max_depth"] = 9, ["balance_temperature"] = 0.3 },
    };

    [Fact]
    public void Every_cell_is_a_job_of_its_own_and_greedy_has_neither_rewards_nor_seeds()
    {
        var jobs = SweepPlan.Of(s_sweep);
        Assert.Equal(2 * 3 * (1 + (2 * 2 * 2) + (3 * 2 * 2)), jobs.Count);
        Assert.Equal(jobs.Count, jobs.Distinct().Count());
        var greedy = jobs.Where(job => job.Spec.Strategy is SearchStrategy.Greedy).ToList();
        Assert.Equal(6, greedy.Count);
        Assert.All(greedy,
            job => Assert.Equal((null, 1, 0.0, 0L, VotingMethod.Majority),
                (job.Spec.Reward, job.Spec.Width, job.Spec.Temperature, job.Spec.Seed, job.Spec.Voting)));
    }

    [Fact]
    public void Settings_of_a_strategy_come_before_those_of_the_sweep_and_these_before_the_defaults()
    {
        var jobs = SweepPlan.Of(s_sweep);
        Assert.All(jobs, job => Assert.Equal(9, job.Spec.MaxDepth));
        Assert.All(jobs, job => Assert.Equal(job.Spec.Strategy is SearchStrategy.Rebase ? 0.2 : 0.3, job.Spec.BalanceTemperature));
        Assert.All(jobs, job => Assert.Equal(256, job.Spec.MaxStepTokens));
    }

    [Fact]
    public void The_authors_preset_brings_its_own_defaults()
    {
        var job = Assert.Single(SweepPlan.Of(s_sweep with
        {
            Datasets = [new("a.jsonl", null)],
            Policies = ["s"],
            Rewards = ["p"],
            Strategies = [new(SearchStrategy.Rebase, [16], new() { ["preset"] = "authors" })],
            Seeds = [0],
            Settings = [],
        }));
        Assert.Equal((Preset.Authors, 0.2, 6400), (job.Spec.Preset, job.Spec.BalanceTemperature, job.Spec.MaxSolutionTokens));
    }

    [Fact]
    public void Sampling_without_rewards_is_unscored_and_votes_by_majority()
    {
        var jobs = SweepPlan.Of(s_sweep with { Rewards = [], Strategies = [new(SearchStrategy.Sampling, [], [])] });
        Assert.All(jobs, job => Assert.Equal((null, 16, VotingMethod.Majority), (job.Spec.Reward, job.Spec.Width, job.Spec.Voting)));
    }

    [Fact]
    public void What_can_not_run_is_told_by_its_cell()
    {
        var error = Assert.Throws<UserException>(() => SweepPlan.Of(s_sweep with
        {
            Rewards = [],
            Settings = new() { ["temperature"] = 11 },
        }));
        Assert.Contains("s rebase 4: reward: the strategy rebase needs a reward model", error.Message, StringComparison.Ordinal);
        Assert.Contains("s sampling 1: temperature: 11 is not within 0 to 10", error.Message, StringComparison.Ordinal);
    }
}
