using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class EarlyStopEffectTests
{
    static readonly JobSpec s_whole = Measured.Sampling with { Width = 16, Voting = VotingMethod.Weighted };

    static readonly JobSpec s_stopping = s_whole with { Reward = null, Voting = VotingMethod.Majority, StopAtConfidence = 0.95 };

    static MeasuredJob Job(long id, JobSpec spec, params string?[] answers)
    {
        var job = Measured.Job(id, spec, [.. answers.Select(answer => answer is "2" or "2.0")]);
        return job with
        {
            EndedEarly = spec.StopAtConfidence is null ? 0 : 2,
            Problems =
            [
                .. job.Problems.Select((problem, i) => problem with
                {
                    MajorityAnswer = answers[i],
                    EndedBy = spec.StopAtConfidence is not null && i < 2 ? "confident" : null,
                    SavedTokens = spec.StopAtConfidence is not null && i < 2 ? 600 : 0,
                    PolicyFlops = spec.StopAtConfidence is not null && i < 2 ? problem.PolicyFlops / 2 : problem.PolicyFlops,
                }),
            ],
        };
    }

    [Fact]
    public void A_stop_is_held_against_the_same_sampling_without_it()
    {
        var (whole, stopping) = (Job(1, s_whole, "2", "2", "3", null), Job(2, s_stopping, "2.0", "5", "2", null));
        var effect = EarlyStopEffect.Of(stopping, [whole, stopping])!;
        Assert.Equal((2, 4, 1200L), (effect.Stopped, effect.Searches, effect.SavedTokens));
        // 2.0 is 2: the second answer was lost and the third won.
        Assert.Equal(new(1, 4, 2, 1, 1, 0.75), effect.Comparison);
        Assert.Equal("job 2: 2 of 4 searches stopped at confidence 0.95, which saved about 1,200 tokens of the policy; beside job 1, the "
            + "same without the stop, it sampled 75.0 % of the tokens, and 2 of 4 answers differ (1 lost, 1 won)", effect.TextOf(stopping));
        Assert.Contains(effect.TextOf(stopping), Assert.Single(MeasuredDataset.Of([whole, stopping])).Remarks);
    }

    [Fact]
    public void Another_seed_width_or_policy_is_not_the_same_sampling()
    {
        var stopping = Job(9, s_stopping, "2", "2");
        MeasuredJob[] others =
        [
            Job(1, s_whole with { Seed = 1 }, "2", "2"), Job(2, s_whole with { Width = 8 }, "2", "2"),
            Job(3, s_whole with { Temperature = 0.5 }, "2", "2"), Job(4, s_whole with { StopWhenDecided = true }, "2", "2"),
            Job(5, s_whole, "2", "2") with { Policy = Measured.Large }, Job(6, s_whole, "2", "2") with { EndedEarly = 1 },
        ];
        Assert.Null(EarlyStopEffect.Of(stopping, [.. others, stopping])!.Comparison);
        Assert.Equal("job 9: 2 of 2 searches stopped at confidence 0.95, which saved about 1,200 tokens of the policy",
            EarlyStopEffect.Of(stopping, others)!.TextOf(stopping));
        Assert.Null(EarlyStopEffect.Of(others[0], others));
    }

    [Fact]
    public void A_search_is_named_by_its_strategy_and_what_makes_another_search_of_it()
    {
        JobSpec[] specs =
        [
            s_whole, s_stopping, Measured.Rebase with { ScoreEvery = 2 }, Measured.Rebase with { Strategy = SearchStrategy.BgMcts },
            Measured.Rebase with { Strategy = SearchStrategy.Beam, Lookahead = 3 },
            Measured.Rebase with { Strategy = SearchStrategy.Particles, Annealing = true },
        ];
        string[] names =
            ["sampling", "sampling (stop at confidence 0.95)", "rebase (score every 2)", "bg-mcts", "beam (lookahead 3)",
                "particles (annealing)"];
        Assert.Equal(names, specs.Select(StrategyVariant.NameOf));

        // In a report beside the plain search the setting is told once, and the plain search has only its name.
        var points = MeasuredDataset.Of([Job(1, s_whole, "2"), Job(2, s_stopping, "2"), Job(3, s_whole with { TopK = 40 }, "2")])[0];
        Assert.Equal(["sampling (top k 0)", "sampling (top k 40)", "sampling (stop at confidence 0.95, top k 0)"],
            points.OwnPoints.Concat(points.Points.Where(point => point.Series.Vote.Method is VotingMethod.Majority))
                .Where(point => point.Series.Vote.Method is VotingMethod.Majority)
                .Select(point => points.Names.StrategyOf(point.Series)).Distinct().OrderBy(name => name.Length));
    }
}
