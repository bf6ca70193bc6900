using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Sweeps;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Sweeps;

[Fast]
public sealed class CostEstimateTests
{
    static readonly JobSpec s_job = new() { Policy = "p", Reward = "r", Width = 16 };

    [Fact]
    public void Jobs_of_the_same_width_count_before_all_others()
    {
        var cost = CostEstimate.Of(s_job, 200,
            [Past(SearchStrategy.Rebase, 16, 100, 50), Past(SearchStrategy.Rebase, 8, 100, 999),
                Past(SearchStrategy.Sampling, 16, 100, 999)], null);
        Assert.Equal(new(2 * 50, 2 * 100, 2 * 5, EstimateBasis.SameWidth), cost);
    }

    [Fact]
    public void Else_the_nearest_width_scales()
    {
        var cost = CostEstimate.Of(s_job, 100, [Past(SearchStrategy.Rebase, 8, 100, 50), Past(SearchStrategy.Rebase, 1, 100, 999)], null);
        Assert.Equal(new(2 * 50, 2 * 100, 2 * 5, EstimateBasis.OtherWidth), cost);
    }

    [Fact]
    public void Else_another_strategy_of_the_same_models_scales() =>
        Assert.Equal(new(2 * 50, 2 * 100, 2 * 5, EstimateBasis.OtherStrategy),
            CostEstimate.Of(s_job, 100, [Past(SearchStrategy.Beam, 8, 100, 50)], null));

    [Fact]
    public void A_search_with_a_lookahead_or_fewer_scores_is_another_search()
    {
        var plain = Past(SearchStrategy.Beam, 16, 100, 50);
        var lookahead = plain with { Lookahead = 1, PolicyFlops = 100 };
        var job = s_job with { Strategy = SearchStrategy.Beam };
        Assert.Equal((50, EstimateBasis.SameWidth), Of(job));
        Assert.Equal((100, EstimateBasis.SameWidth), Of(job with { Lookahead = 1 }));
        Assert.Equal((75, EstimateBasis.OtherStrategy), Of(job with { ScoreEvery = 2 }));

        (double, EstimateBasis) Of(JobSpec asked) =>
            CostEstimate.Of(asked, 100, [plain, lookahead], null) is { } cost ? (cost.PolicyFlops, cost.Basis) : default;
    }

    [Fact]
    public void Other_models_tell_nothing_and_then_the_limits_bound_it()
    {
        PastJob[] others =
            [Past(SearchStrategy.Rebase, 16, 100, 50) with { Policy = "other" }, Past(SearchStrategy.Rebase, 16, 100, 50) with
        {
            Reward = "other",
        }];
        Assert.Equal(new(2.0 * 1000 * 16 * 1024 * 3, null, null, EstimateBasis.Limits),
            CostEstimate.Of(s_job, 3, others, parameters: 1000));
        Assert.Equal(2.0 * 1000 * 500 * 3,
            CostEstimate.Of(s_job with { MaxTokensPerProblem = 500 }, 3, others, parameters: 1000)!.PolicyFlops);
        Assert.Null(CostEstimate.Of(s_job, 3, others, parameters: null));
    }

    [Fact]
    public void Time_is_told_by_the_jobs_that_were_timed()
    {
        var untimed = Past(SearchStrategy.Rebase, 16, 300, 50) with { Seconds = null };
        Assert.Equal(new(0.5 * 100, 0.5 * 200, 2 * 5, EstimateBasis.SameWidth),
            CostEstimate.Of(s_job, 200, [Past(SearchStrategy.Rebase, 16, 100, 50), untimed], null));
        Assert.Null(CostEstimate.Of(s_job, 200, [untimed], null)!.Seconds);
    }

    static PastJob Past(SearchStrategy strategy, int width, int problems, double flops) =>
        new("p", "r", strategy, width, problems, flops, 2 * flops, flops / 10);
}
