using RebaseBatch.Contracts;
using Xunit;

namespace RebaseBatch.Tests.Contracts;

[Fast]
public sealed class StepFaultsTests
{
    static readonly JobSpec s_spec = new() { Policy = "p", Reward = "r" };

    [Theory]
    [InlineData(SearchStrategy.Beam, 2, 1, null)]
    [InlineData(SearchStrategy.Beam, 0, 3, null)]
    [InlineData(SearchStrategy.Rebase, 0, 2, null)]
    [InlineData(SearchStrategy.Beam, 21, 1, "lookahead: 21 is not within 0 to 20")]
    [InlineData(SearchStrategy.Beam, -1, 1, "lookahead: -1 is not within 0 to 20")]
    [InlineData(SearchStrategy.Rebase, 1, 1, "lookahead: it is for the strategy beam only, not for rebase")]
    [InlineData(SearchStrategy.Rebase, 0, 0, "score-every: 0 is not within 1 to 100")]
    [InlineData(SearchStrategy.Particles, 0, 2, "score-every: it is for the strategies rebase and beam only, not for particles")]
    [InlineData(SearchStrategy.Beam, 1, 2,
        "score-every: with a lookahead only the rollouts are scored: leave out --score-every or --lookahead")]
    public void A_lookahead_is_for_beams_and_sparse_scores_for_beams_and_rebase(
        SearchStrategy strategy, int lookahead, int every, string? fault)
    {
        var faults = (s_spec with { Strategy = strategy, Lookahead = lookahead, ScoreEvery = every }).Faults().ToList();
        if (fault is null) Assert.Empty(faults);
        else Assert.Contains(fault, faults);
    }

    [Fact]
    public void The_authors_code_scores_every_step() =>
        Assert.Equal(["score-every: the authors' code scores every step: leave out --score-every or --preset authors"],
            (s_spec with { Preset = Preset.Authors, ScoreEvery = 2 }).Faults());
}
