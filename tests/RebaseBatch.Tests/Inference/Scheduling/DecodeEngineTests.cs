using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using Xunit;
using static RebaseBatch.Tests.Inference.Scheduling.ScriptedSteps;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class DecodeEngineTests
{
    static readonly CancellationToken s_never = CancellationToken.None;

    static BreakableContext Breakable(ScriptedModel model) =>
        new(model.CreateContext(new() { Cells = 4096, MaxSequences = 32, BatchTokens = 64 }), model.Facts.VocabularySize);

    [Theory]
    [InlineData(4096, 32, 64, 16)]
    [InlineData(512, 32, 64, 16)]
    [InlineData(256, 8, 16, 8)]
    [InlineData(256, 2, 7, 2)]
    [InlineData(256, 1, 4, 1)]
    public async Task Texts_do_not_depend_on_what_shares_the_batch_or_on_room(int cells, int sequences, int batch, int branches)
    {
        var model = new ScriptedModel();
        using var sampler = Sampler(model, cells, sequences, batch, branches);
        await Task.WhenAll(Enumerable.Range(1, 6).Select(search => GrowTreeAsync(model, sampler, search, 8, 4)));
        Assert.True(model.Contexts[0].Peak <= cells);
        Assert.Equal(0, model.Contexts[0].FullReplies);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Draws_from_a_large_vocabulary_are_the_same_on_any_number_of_threads(int drawThreads)
    {
        // 16 draws of 131,072 entries are enough to be shared among threads.
        var model = new ScriptedModel(1 << 17);
        using var sampler = Sampler(model, samplingThreads: drawThreads);
        var request = Request(Prompt(20), children: 16, maxTokens: 4);
        var results = sampler.Sample(request, s_never);
        for (var child = 0; child < 16; child++)
            Assert.Equal(Expected(model, request, child), (await results[child].WaitAsync(TimeSpan.FromSeconds(30))).Tokens);
    }

    [Fact]
    public async Task A_wide_search_gets_all_its_candidates_in_a_context_with_room_for_far_less()
    {
        // 64 children of 40 + 30 tokens would hold up to 1,960 cells and 64 sequences; there are 256 and 6.
        var model = new ScriptedModel(newline: -5, end: -5);
        using var sampler = Sampler(model, cells: 256, sequences: 6, batch: 32, running: 6);
        var request = Request(Prompt(40), 64);
        var steps = await Task.WhenAll(sampler.Sample(request, s_never)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(64, steps.Length);
        for (var i = 0; i < 64; i++) Assert.Equal(Expected(model, request, i), steps[i].Tokens);
    }

    [Fact]
    public async Task Branches_that_grow_beyond_the_cells_yield_and_come_back()
    {
        // Eight branches of 30 + 100 tokens can't stay together in 256 cells.
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model, cells: 256, sequences: 16, batch: 64, running: 8);
        var request = Request(Prompt(30), 8, maxTokens: 100);
        var steps = await Task.WhenAll(sampler.Sample(request, s_never)).WaitAsync(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 8; i++) Assert.Equal(Expected(model, request, i), steps[i].Tokens);
        Assert.True(sampler.Statistics.Preemptions > 0);
        // Tokens that were lost and encoded again are counted: each new token except a branch's last went through the model once.
        Assert.Equal(30 + 8 * 99, steps.Sum(s => s.Cost.Evaluated - s.Cost.Reencoded));
        Assert.True(steps.Sum(s => s.Cost.Reencoded) > 0);
        Assert.Equal(steps.Sum(s => s.Cost.Reencoded), sampler.Statistics.Reencoded);
        Assert.Equal(0, model.Contexts[0].FullReplies);
    }

    [Fact]
    public async Task A_shared_prefix_is_encoded_once()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model);
        var steps = await Task.WhenAll(sampler.Sample(Request(Prompt(50), 16, maxTokens: 10), s_never));
        // The prompt, and of each child all tokens but the last, whose successor nobody wants.
        Assert.Equal(50 + 16 * 9, steps.Sum(s => s.Cost.Evaluated));
        Assert.Equal(160, steps.Sum(s => s.Sampled));
        Assert.Equal(0, steps.Sum(s => s.Cost.Reencoded));
        var statistics = sampler.Statistics;
        Assert.Equal(50 + 16 * 9, statistics.Tokens);
        // One call for the prompt, nine for all children's tokens, of up to 64 tokens each; and all that was encoded is kept.
        Assert.Equal((10, 1 + 9 * 16, 640), (statistics.Decodes, statistics.Sequences, statistics.BatchCapacity));
        Assert.Equal(new(4096, 50 + 16 * 9, 0), statistics.Load);
    }

    [Fact]
    public async Task A_continued_node_costs_only_its_own_tokens()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model);
        var prompt = Prompt(50);
        var first = await sampler.Sample(Request(prompt, 1, maxTokens: 10), s_never)[0];
        var second = await Task.WhenAll(sampler.Sample(Request([.. prompt, .. first.Tokens], 4, firstNode: 5, maxTokens: 10), s_never));
        // The parent's last token was drawn but not encoded yet.
        Assert.Equal(1 + 4 * 9, second.Sum(s => s.Cost.Evaluated));
    }

    [Fact]
    public async Task Two_requests_for_one_new_prefix_do_not_encode_it_twice()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model, batch: 16);
        var prompt = Prompt(60);
        var both = await Task.WhenAll(sampler.Sample(Request(prompt, 1, search: 1, maxTokens: 5), s_never)
            .Concat(sampler.Sample(Request(prompt, 1, search: 2, maxTokens: 5), s_never)));
        Assert.InRange(both.Sum(s => s.Cost.Evaluated), 60 + 4 + 4, 60 + 4 + 4 + 9);
    }

    [Fact]
    public async Task A_long_prefix_comes_in_chunks_beside_running_branches()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model, batch: 16);
        var running = sampler.Sample(Request(Prompt(5), 2, search: 1, maxTokens: 60), s_never);
        var request = Request(Prompt(200, 3), 2, search: 2, maxTokens: 4);
        var steps = await Task.WhenAll(sampler.Sample(request, s_never));
        Assert.Equal(Expected(model, request, 1), steps[1].Tokens);
        await Task.WhenAll(running);
        Assert.All(model.Contexts[0].BatchSizes, size => Assert.InRange(size, 1, 16));
    }

    [Fact]
    public async Task Cancelling_ends_only_the_one_that_was_cancelled()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        using var sampler = Sampler(model, running: 4);
        using var cancel = new CancellationTokenSource();
        var doomed = sampler.Sample(Request(Prompt(20), 12, search: 1, maxTokens: 2000), cancel.Token);
        var other = Request(Prompt(20, 5), 2, search: 2, maxTokens: 20);
        var kept = sampler.Sample(other, s_never);
        await cancel.CancelAsync();
        foreach (var task in doomed)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(Expected(model, other, 0), (await kept[0]).Tokens);
        Assert.Equal(Expected(model, other, 1), (await kept[1]).Tokens);
    }

    [Fact]
    public async Task A_request_that_breaks_the_model_fails_alone()
    {
        var model = new ScriptedModel(newline: -20, end: -20) { Poison = 39 };
        using var sampler = Sampler(model);
        var poisoned = sampler.Sample(Request([2, 3, 4, 39, 5], 1, search: 1, maxTokens: 8), s_never);
        var healthy = Enumerable.Range(2, 5)
            .Select(search => (Request: Request(Prompt(20, search), 2, search, maxTokens: 1), Search: search)).ToList();
        var results = healthy.Select(h => sampler.Sample(h.Request, s_never)).ToList();
        var fault = await Assert.ThrowsAsync<ModelFaultException>(() => poisoned[0].WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("policy", fault.Message, StringComparison.Ordinal);
        for (var i = 0; i < healthy.Count; i++)
            if (!healthy[i].Request.Prefix.Contains(39))
                Assert.Equal(Expected(model, healthy[i].Request, 0), (await results[i][0].WaitAsync(TimeSpan.FromSeconds(20))).Tokens);
    }

    [Fact]
    public async Task A_broken_device_is_not_taken_for_the_fault_of_each_request()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        var context = Breakable(model);
        using var sampler = new StepSampler(model, [context], new() { MaxRunning = 16 }, NullLogger.Instance);
        await sampler.Sample(Request(Prompt(20), 1, maxTokens: 2), s_never)[0];

        context.IsBroken = true;

        for (var search = 2; search < 6; search++)
            await Assert.ThrowsAsync<EngineFaultException>(
                () => sampler.Sample(Request(Prompt(20, search), 1, search), s_never)[0].WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.False(sampler.IsAlive);

        sampler.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Fork(0, 1, 1));
    }

    [Fact]
    public async Task Who_was_cancelled_hears_of_that_though_the_engine_stops_as_well()
    {
        var model = new ScriptedModel();
        var context = Breakable(model);
        using var cancel = new CancellationTokenSource();
        (context.IsBroken, context.Decoding) = (true, cancel.Cancel);
        using var sampler = new StepSampler(model, [context], new() { MaxRunning = 2 }, NullLogger.Instance);

        // One is in the call that breaks, the others wait for it, and the last comes too late.
        foreach (var task in sampler.Sample(Request(Prompt(20), 3), cancel.Token))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(TimeSpan.FromSeconds(20)));
        await Eventually.TrueAsync(() => !sampler.IsAlive);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sampler.Sample(Request(Prompt(20), 1), cancel.Token)[0]);
        await Assert.ThrowsAsync<EngineFaultException>(() => sampler.Sample(Request(Prompt(20), 1), s_never)[0]);
    }

    [Fact]
    public async Task A_request_whose_branches_all_run_waits_no_more()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        var context = Breakable(model);
        using var sampler = new StepSampler(model, [context], new() { MaxRunning = 4 }, NullLogger.Instance);
        var waiting = new List<int>();
        context.Decoding = () => waiting.Add(sampler.Statistics.Load.Waiting);

        await Task.WhenAll(sampler.Sample(Request(Prompt(20), 4, maxTokens: 3), s_never));

        // In the first call its prefill owner encodes the prefix for all four.
        Assert.Equal([1, 0, 0], waiting);
    }

    [Fact]
    public async Task A_line_longer_than_the_cache_is_refused_with_the_way_out()
    {
        var model = new ScriptedModel();
        using var sampler = Sampler(model, cells: 256);
        var fault = await Assert.ThrowsAsync<ModelFaultException>(
            () => sampler.Sample(Request(Prompt(200), 2, maxTokens: 100), s_never)[1]);
        Assert.Contains("ContextCells", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_the_engine_fails_what_is_under_way_and_what_comes_later()
    {
        var model = new ScriptedModel(newline: -20, end: -20);
        var sampler = Sampler(model, running: 2);
        var running = sampler.Sample(Request(Prompt(20), 6, maxTokens: 3000), s_never);
        sampler.Dispose();
        foreach (var task in running) await Assert.ThrowsAsync<ObjectDisposedException>(() => task.WaitAsync(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sampler.Sample(Request(Prompt(20), 1), s_never)[0]);
    }
}
