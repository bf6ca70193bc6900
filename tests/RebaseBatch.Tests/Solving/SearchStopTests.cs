using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

[Fast]
public sealed class SearchStopTests
{
    const long Parameters = 1000;

    static readonly PlannedStep[] s_wave = [new(3, 1, 0), new(4, 2, 0)];

    readonly ManualTime _time = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static SearchTree Tree(params SearchNode[] nodes)
    {
        var tree = new SearchTree();
        foreach (var node in nodes) tree.Add(node);
        return tree;
    }

    static SearchNode Node(int no, NodeState state = NodeState.Open, int sampled = 10, string text = "x") => new()
    {
        No = no, ParentNo = 0, Depth = 1, ChildIndex = no - 1, State = state, Tokens = new int[sampled], Text = text, Score = 1,
        Cost = new(sampled, default, default),
    };

    SearchStop Stop(JobSpec limits, double secondsBefore = 0, SearchDeadline? deadline = null)
    {
        var spec = limits with { Policy = "p", Strategy = SearchStrategy.Sampling, Width = 2, Voting = VotingMethod.Majority };
        return new(spec, StrategyFactory.Create(spec), secondsBefore, Parameters, _time, job: null, deadline);
    }

    [Fact]
    public async Task A_search_without_limits_goes_on() =>
        Assert.Null(await Stop(new() { Policy = "p" }).BeforeAsync(s_wave, Tree(Node(1), Node(2)), Ct));

    [Fact]
    public async Task Trimmed_tokens_count_and_flops_are_the_policys_alone()
    {
        var tree = Tree(Node(1), Node(2));
        Assert.Null(await Stop(new() { Policy = "p", MaxTokensPerProblem = 21 }).BeforeAsync(s_wave, tree, Ct));
        Assert.Equal("sampled_tokens",
            (await Stop(new() { Policy = "p", MaxTokensPerProblem = 20 }).BeforeAsync(s_wave, tree, Ct))!.EndedBy);
        Assert.Equal("flops",
            (await Stop(new() { Policy = "p", MaxFlopsPerProblem = 2.0 * Parameters * 20 }).BeforeAsync(s_wave, tree, Ct))!.EndedBy);
    }

    [Fact]
    public async Task The_seconds_of_earlier_attempts_count()
    {
        var stop = Stop(new() { Policy = "p", MaxSecondsPerProblem = 10 }, secondsBefore: 7);
        Assert.Null(await stop.BeforeAsync(s_wave, Tree(Node(1), Node(2)), Ct));
        _time.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal("seconds", (await stop.BeforeAsync(s_wave, Tree(Node(1), Node(2)), Ct))!.EndedBy);
    }

    [Fact]
    public async Task A_deadline_is_counted_from_the_claim_and_this_machines_clock_is_not_asked()
    {
        // By this machine's clock it has passed long ago; by the database's an hour is left.
        var spec = new JobSpec { Policy = "p", Deadline = DateTimeOffset.UnixEpoch };
        var stop = Stop(spec, deadline: new(TimeSpan.FromHours(1), _time));
        Assert.Null(await stop.BeforeAsync(s_wave, Tree(), Ct));
        _time.Pass(TimeSpan.FromMinutes(59));
        Assert.Null(await stop.BeforeAsync(s_wave, Tree(), Ct));
        _time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("deadline", (await stop.BeforeAsync(s_wave, Tree(), Ct))!.EndedBy);
        Assert.Equal("deadline",
            (await Stop(spec, deadline: new(TimeSpan.FromSeconds(-1), _time)).BeforeAsync(s_wave, Tree(), Ct))!.EndedBy);
    }

    [Fact]
    public async Task A_decided_vote_ends_the_search_and_says_what_it_saved()
    {
        var tree = Tree(Node(1, NodeState.Finished, 30, "The answer is: 4"), Node(2, NodeState.Finished, 30, "The answer is: 4"),
            Node(3, sampled: 10));
        PlannedStep[] wave = [new(4, 3, 0)];
        Assert.Null(await Stop(new() { Policy = "p" }).BeforeAsync(wave, tree, Ct));
        var ended = (await Stop(new() { Policy = "p", StopWhenDecided = true }).BeforeAsync(wave, tree, Ct))!;
        Assert.Equal((EarlyEnd.Decided, 20L), (ended.EndedBy, ended.SavedTokens));
    }
}
