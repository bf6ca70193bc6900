using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>
/// What the worker does with the roles of steps: which it scores, at which temperature it samples, what it counts as read.
/// </summary>
[Fast]
public sealed class StepRolesTests
{
    static readonly JobSpec s_spec = new() { Policy = "p", Reward = "r", Width = 2, Temperature = 0.7 };

    static async Task<(IReadOnlyList<SearchNode> Nodes, PlannedSteps Policy, PlannedScores Reward)> RunAsync(
        JobSpec spec, Func<int, (string, StepEnd)> step, Func<int, double> score, params SearchNode[] stored)
    {
        using var model = new ScriptedModel();
        var (policy, reward) = (new PlannedSteps(model, step), new PlannedScores(model, score));
        var environment = SampleEnvironment.Of("a", "r");
        var pair = new ModelLease(new(new("p", "", 1), PromptPreset.All[0], policy, environment.Policy),
            new(new("r", "", 1), reward, environment.Reward!), () => { })
        { Environment = environment };
        var outcome = await new SearchRunner(spec, pair, TimeProvider.System, _ => { })
            .RunAsync(new(1, 0, new("id", "id", "1 + 1 = ?", null), stored, 0), default);
        return (outcome.Tree.Nodes, policy, reward);
    }

    [Fact]
    public async Task Steps_between_scores_are_read_with_the_next_scored_one()
    {
        var (nodes, _, reward) = await RunAsync(
            s_spec with { ScoreEvery = 2, MaxDepth = 3 }, _ => ("x\n", StepEnd.Boundary), no => no / 10.0);

        // Levels of two: the first is not scored, the second is read from the question on, the third ends at the limit and is scored.
        Assert.Equal([3, 4, 5, 6], nodes.Where(node => node.Score is not null).Select(node => node.No));
        Assert.Equal([(3, 30), (4, 30), (5, 40), (6, 40)], reward.Scored.Select(one => (one.Node, one.Tokens)));
        // The question alone was encoded before the second one, and two steps before the third level.
        Assert.Equal([0, 10, 30, 30], reward.Scored.Select(one => one.Before));
        Assert.Equal([NodeState.Open, NodeState.Open, NodeState.Open, NodeState.Open, NodeState.Exhausted, NodeState.Exhausted],
            nodes.Select(node => node.State));
    }

    [Fact]
    public async Task An_empty_last_step_behind_an_unscored_one_has_the_score_of_the_text_before_it()
    {
        var (nodes, _, reward) = await RunAsync(
            s_spec with { ScoreEvery = 3 }, no => no <= 2 ? ("x\n", StepEnd.Boundary) : ("", StepEnd.EndOfGeneration), _ => 0.25);
        Assert.Equal([null, null, 0.25, 0.25], nodes.Select(node => node.Score));
        Assert.Equal([(3, 20), (4, 20)], reward.Scored.Select(one => (one.Node, one.Tokens)));
    }

    [Fact]
    public async Task A_rollout_is_sampled_at_temperature_0_and_judges_its_candidate()
    {
        var spec = s_spec with { Strategy = SearchStrategy.Beam, BeamWidth = 2, Lookahead = 2, MaxDepth = 4 };
        var (nodes, policy, reward) = await RunAsync(spec, _ => ("x\n", StepEnd.Boundary), no => no == 6 ? 0.9 : 0.1);

        // 1 and 2 are candidates, 3 and 4 their rollouts' first steps, 5 and 6 the last. 6 is better, so 2 is continued by 7 and 8.
        Assert.Equal([(1, 0.7f), (2, 0.7f), (3, 0f), (4, 0f), (5, 0f), (6, 0f), (7, 0.7f), (8, 0.7f)], policy.Sampled.Take(8));
        Assert.Equal([2, 2], nodes.Where(node => node.No is 7 or 8).Select(node => node.ParentNo));
        Assert.Equal([1, 2], nodes.Where(node => node.No is 7 or 8).Select(node => node.ChildIndex));
        Assert.Equal([(5, 40, 0), (6, 40, 10)], reward.Scored.Take(2));
        // What was read of 2 with its rollout is not read again for the rollouts of 7 and 8.
        Assert.All(reward.Scored.Skip(2).Take(2), one => Assert.Equal(20, one.Before));
    }

    [Fact]
    public async Task A_resumed_search_counts_as_read_what_the_stored_scores_have_read()
    {
        var spec = s_spec with { ScoreEvery = 2, MaxDepth = 3 };
        var (whole, _, _) = await RunAsync(spec, _ => ("x\n", StepEnd.Boundary), no => no / 10.0);
        var (resumed, policy, reward) = await RunAsync(spec, _ => ("x\n", StepEnd.Boundary), no => no / 10.0, [.. whole.Take(5)]);
        Assert.Equal(whole.Select(node => (node.No, node.ParentNo, node.Score)),
            resumed.Select(node => (node.No, node.ParentNo, node.Score)));
        Assert.Equal([6], policy.Sampled.Select(one => one.Node));
        Assert.Equal([(6, 40, 30)], reward.Scored);
    }
}
