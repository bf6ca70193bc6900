using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class SearchLimitsTests
{
    static readonly SearchLimits s_limits = new(MaxStepTokens: 256, MaxSolutionTokens: 1024, MaxDepth: 25);

    [Theory]
    [InlineData(false, false, 24, 1023, nameof(NodeState.Open))]
    [InlineData(false, false, 25, 10, nameof(NodeState.Exhausted))]
    [InlineData(false, false, 1, 1024, nameof(NodeState.Exhausted))]
    [InlineData(true, false, 1, 10, nameof(NodeState.Finished))]
    [InlineData(false, true, 1, 10, nameof(NodeState.Finished))]
    [InlineData(true, true, 25, 1024, nameof(NodeState.Finished))]
    public void A_node_is_finished_before_it_is_exhausted_before_it_is_open(bool end, bool answered, int depth, int tokens,
        string expected) =>
        Assert.Equal(expected, s_limits.Classify(end, answered, depth, tokens).ToString());

    [Theory]
    [InlineData(0, 256)]
    [InlineData(768, 256)]
    [InlineData(1000, 24)]
    [InlineData(1024, 0)]
    [InlineData(5000, 0)]
    public void A_step_gets_its_own_limit_or_what_the_solution_has_left(int soFar, int expected) =>
        Assert.Equal(expected, s_limits.StepTokens(soFar));

    [Fact]
    public void Limits_come_from_the_spec() =>
        Assert.Equal(new(11, 22, 33), SearchLimits.Of(new() { Policy = "p", MaxStepTokens = 11, MaxSolutionTokens = 22, MaxDepth = 33 }));
}
