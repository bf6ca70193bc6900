using RebaseBatch.Inference.Scheduling;
using Xunit;
using static RebaseBatch.Tests.Inference.Scheduling.ScriptedSteps;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class EngineGroupTests
{
    static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task Searches_are_spread_over_the_engines_and_each_stays_in_its_own()
    {
        var model = new ScriptedModel();
        using var sampler = Sampler(model, engines: 3);
        await Task.WhenAll(Enumerable.Range(1, 9).Select(search => GrowTreeAsync(model, sampler, search, 8, 4)));
        Assert.All(model.Contexts, context => Assert.NotEmpty(context.BatchSizes));

        var before = model.Contexts.ConvertAll(context => context.BatchSizes.Count);
        for (var wave = 0; wave < 3; wave++) await sampler.Sample(Request(Prompt(30 + wave), 2, search: 20), s_never)[0];
        Assert.Single(model.Contexts.Where((context, i) => context.BatchSizes.Count > before[i]));
    }

    [Fact]
    public async Task An_engine_that_lost_its_search_is_free_for_the_next()
    {
        var model = new ScriptedModel();
        using var sampler = Sampler(model, engines: 2);
        await sampler.Sample(Request(Prompt(30), 1, search: 1), s_never)[0];
        sampler.Retain(1, new HashSet<int>());
        await sampler.Sample(Request(Prompt(31), 1, search: 2), s_never)[0];
        Assert.Empty(model.Contexts[1].BatchSizes);
        await sampler.Sample(Request(Prompt(32), 1, search: 3), s_never)[0];
        Assert.NotEmpty(model.Contexts[1].BatchSizes);
    }

    [Fact]
    public async Task A_wide_search_that_is_alone_is_spread_over_all_engines_and_its_texts_are_the_same()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model, engines: 4, perEngine: 8);
        var request = Request(Prompt(50), 32, maxTokens: 10);
        sampler.Assign(1, [new(0, [.. request.Children.Select(child => child.Node)])]);
        var steps = await Task.WhenAll(sampler.Sample(request, s_never)).WaitAsync(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 32; i++) Assert.Equal(Expected(model, request, i), steps[i].Tokens);
        Assert.All(model.Contexts, context => Assert.Equal(50 + 8 * 9, context.BatchSizes.Sum()));
        // The cost of encoding the prompt in four engines is counted.
        Assert.Equal((50 + 32 * 9, 3 * 50), (steps.Sum(s => s.Cost.Evaluated - s.Cost.Reencoded), steps.Sum(s => s.Cost.Reencoded)));

        // Twelve of its nodes go on: each finds its prefix where it was grown.
        var before = sampler.Statistics.Tokens;
        var going = Enumerable.Range(0, 12).Select(i => steps[2 * i]).ToList();
        var wave = going.Select((_, i) => new Siblings(1 + 2 * i, [100 + i])).ToList();
        sampler.Retain(1, wave.Select(siblings => siblings.Parent).ToHashSet());
        sampler.Assign(1, wave);
        await Task.WhenAll(
            going.Select(
                (step, i) => sampler.Sample(Request([.. request.Prefix, .. step.Tokens], 1, firstNode: 100 + i, maxTokens: 10, depth: 2),
                    s_never)[0]));
        Assert.Equal(12 * (1 + 9), sampler.Statistics.Tokens - before);

        sampler.Retain(1, new HashSet<int>());
        await Eventually.TrueAsync(() => sampler.Statistics.Load.CellsUsed == 0);
    }

    [Fact]
    public async Task Searches_as_many_as_engines_keep_to_one_each()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model, engines: 2, perEngine: 4);
        await Task.WhenAll(sampler.Sample(Request(Prompt(20, 1), 1, search: 1), s_never)
            .Concat(sampler.Sample(Request(Prompt(20, 2), 1, search: 2), s_never)));
        var request = Request(Prompt(30), 16, search: 2, maxTokens: 10);
        sampler.Assign(2, [new(0, [.. request.Children.Select(child => child.Node)])]);
        var before = model.Contexts.ConvertAll(context => context.BatchSizes.Count);
        await Task.WhenAll(sampler.Sample(request, s_never));
        Assert.Single(model.Contexts.Where((context, i) => context.BatchSizes.Count > before[i]));
    }
}
