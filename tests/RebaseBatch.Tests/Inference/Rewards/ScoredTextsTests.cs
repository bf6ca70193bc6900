using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

[Fast]
public sealed class ScoredTextsTests
{
    readonly ScoredTexts _texts = new();
    int _scored, _node;

    Task<StepScore> Score(long search, params int[] tokens) => _texts.GetOrScore(search, ++_node, tokens, () =>
    {
        _scored++;
        return Task.FromResult(new StepScore(tokens.Sum(), new(tokens.Length, 0, 0.5)));
    });

    [Fact]
    public async Task Equal_texts_of_a_wave_are_scored_once_and_the_second_costs_nothing()
    {
        var (first, second, other) = (await Score(1, 5, 6, 7), await Score(1, 5, 6, 7), await Score(1, 5, 6));
        Assert.Equal((18.0, 18.0, 11.0, 2), (first.Score, second.Score, other.Score, _scored));
        Assert.Equal((3, 0, 2), (first.Cost.Evaluated, second.Cost.Evaluated, other.Cost.Evaluated));
    }

    [Fact]
    public async Task Neither_other_searches_nor_later_waves_share_them()
    {
        await Score(1, 5, 6);
        await Score(2, 5, 6);
        _texts.Retain(1, new HashSet<int> { 1 });
        await Score(1, 5, 6);
        await Score(2, 5, 6);
        Assert.Equal(3, _scored);
    }

    [Fact]
    public async Task The_first_node_of_a_text_stands_for_its_twins_as_long_as_they_are_needed()
    {
        foreach (var text in (int[][])[[5, 6], [5, 7], [5, 6], [5, 7]]) await Score(1, text);
        Assert.Equal([1, 2, 1, 2, 9], new[] { 1, 2, 3, 4, 9 }.Select(node => _texts.Twin(1, node)));
        _texts.Retain(1, new HashSet<int> { 3 });
        Assert.Equal([1, 4], new[] { 3, 4 }.Select(node => _texts.Twin(1, node)));
        _texts.Retain(1, new HashSet<int>());
        Assert.Equal(3, _texts.Twin(1, 3));
    }

    [Fact]
    public async Task A_text_that_waits_for_its_twin_ends_as_the_twin_does()
    {
        var twin = new TaskCompletionSource<StepScore>();
        var scores = Enumerable.Range(0, 3).Select(_ => _texts.GetOrScore(1, ++_node, [4], () => twin.Task)).ToList();
        twin.SetException(new ModelFaultException("broken"));
        foreach (var score in scores) await Assert.ThrowsAsync<ModelFaultException>(() => score);
    }
}
