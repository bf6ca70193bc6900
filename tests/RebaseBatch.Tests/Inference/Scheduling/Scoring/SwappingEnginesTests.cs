using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Scheduling.Scoring;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling.Scoring;

/// <summary>Contexts that hold one path each and swap paths in and out.</summary>
[Fast]
public sealed class SwappingEnginesTests : ScoringEnginesConformance
{
    const int Longest = 300;

    static SwappingEngines Open(
        Func<DecodeContextOptions, IDecodeContext> open, EngineOptions options, int savedCells, int readers = 2, int siblings = 4) =>
        new("reward", [.. Enumerable.Range(0, readers).Select(_ => open(new() { Cells = 512, MaxSequences = siblings, BatchTokens = 64 }))],
            40, options, Longest, savedCells, bytesPerCell: sizeof(int), NullLogger.Instance);

    private protected override IScoringEngines Open(Func<DecodeContextOptions, IDecodeContext> open, EngineOptions options) =>
        Open(open, options, savedCells: 1 << 16);

    [Theory]
    [InlineData(0, 4)]
    [InlineData(100, 4)]
    [InlineData(2000, 1)]
    public async Task Scores_do_not_depend_on_how_much_is_saved(int savedCells, int siblings)
    {
        var model = new ScriptedModel();
        using var engines = Open(model.CreateContext, new() { Threads = new(2) }, savedCells, siblings: siblings);
        await Task.WhenAll(Enumerable.Range(1, 5).Select(search => ScoreTreeAsync(model, engines, search, width: 8, levels: 4)));
        Assert.True(engines.Statistics.Evictions > 0);
        Assert.All(model.Contexts, context => Assert.Equal(0, context.FullReplies));
    }

    [Fact]
    public async Task Siblings_that_wait_together_are_read_in_one_call()
    {
        var model = new ScriptedModel();
        using SemaphoreSlim begun = new(0), go = new(0);
        using var engines = Open(options => new BreakableContext(model.CreateContext(options), model.Facts.VocabularySize)
        {
            Decoding = () =>
            {
                begun.Release();
                go.Wait();
            },
        }, new(), savedCells: 4096, readers: 1);
        var question = ScriptedSteps.Prompt(40);
        var parent = Score(engines, Request(1, 1, question), 1);
        await begun.WaitAsync();
        // While the reader is busy, three siblings and a stranger between them arrive.
        var children = new[] { 5, 6, 7 }.Select(token => Score(engines, Request(1, token, [.. question, token, 9, 9]), token)).ToList();
        var stranger = Score(engines, Request(2, 1, ScriptedSteps.Prompt(100, salt: 5)), 1);
        go.Release(10);
        await Task.WhenAll([parent, stranger, .. children]);
        Assert.Equal([40, 9, 64, 36], model.Contexts[0].BatchSizes);
    }

    [Fact]
    public async Task A_search_that_is_alone_is_read_by_all_readers()
    {
        var model = new ScriptedModel();
        using var together = new Barrier(2);
        var met = 0;
        var question = ScriptedSteps.Prompt(40);
        using var engines = Open(options => new BreakableContext(model.CreateContext(options), model.Facts.VocabularySize)
        {
            Decoding = () =>
            {
                if (Volatile.Read(ref met) >= 0 && together.SignalAndWait(TimeSpan.FromSeconds(30))) Interlocked.Exchange(ref met, -1);
            },
        }, new() { EnoughTokens = 1 }, savedCells: 4096);
        // Each reader's first call ends only when the other one has begun its own.
        await Task.WhenAll(Enumerable.Range(1, 4).Select(node => Score(engines, Request(1, node, ScriptedSteps.Prompt(30, node)), node)));
        Assert.Equal(-1, met);
    }

    [Fact]
    public async Task A_question_that_a_reader_is_reading_is_not_read_by_another()
    {
        var model = new ScriptedModel();
        using var engines = Open(model.CreateContext, new(), savedCells: 4096, readers: 4);
        var question = ScriptedSteps.Prompt(200);
        await Task.WhenAll(
            Enumerable.Range(1, 12).Select(node => Score(engines, Request(1, node, [.. question, node + 1, 3]), node)));
        Assert.Equal(200 + 12 * 2, engines.Statistics.Tokens);
    }

    [Fact]
    public async Task A_reader_that_cannot_copy_fails_every_request_of_its_call()
    {
        var model = new ScriptedModel();
        using var together = new ManualResetEventSlim();
        var calls = 0;
        using var engines = Open(options => new BreakableContext(model.CreateContext(options), model.Facts.VocabularySize)
        {
            Decoding = () =>
            {
                together.Wait(TimeSpan.FromSeconds(30));
                calls++;
            },
            Saving = () =>
            {
                if (calls == 2) throw new InvalidOperationException("no memory");
            },
        }, new(), savedCells: 4096, readers: 1);
        var question = ScriptedSteps.Prompt(40);
        var parent = Score(engines, Request(1, 1, question), 1);
        var children = Enumerable.Range(2, 6).Select(node => Score(engines, Request(1, node, [.. question, node, 9]), node)).ToList();
        together.Set();
        await parent;
        foreach (var child in children)
            Assert.Contains("no memory", (await Assert.ThrowsAnyAsync<Exception>(() => child)).Message, StringComparison.Ordinal);
        Assert.False(engines.IsAlive);
    }

    [Fact]
    public async Task Stopped_engines_do_not_read_a_long_text_to_its_end()
    {
        var model = new ScriptedModel();
        using SemaphoreSlim begun = new(0), go = new(0);
        using var engines = Open(options => new BreakableContext(model.CreateContext(options), model.Facts.VocabularySize)
        {
            Decoding = () =>
            {
                begun.Release();
                go.Wait(TimeSpan.FromSeconds(30));
            },
        }, new(), savedCells: 4096, readers: 1);
        var score = Score(engines, Request(1, 1, ScriptedSteps.Prompt(Longest)), 1);
        await begun.WaitAsync();
        var stopped = Task.Run(engines.Dispose);
        await Eventually.TrueAsync(() => !engines.IsAlive);
        go.Release(10);
        await stopped.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => score);
        Assert.Equal(64, model.Contexts[0].BatchSizes.Sum());
    }

    [Fact]
    public async Task While_a_long_text_is_read_other_engines_get_their_turns()
    {
        var model = new ScriptedModel();
        var budget = new ThreadBudget(1);
        Task<int>? other = null;
        var calls = 0;
        using var engines = Open(options => new BreakableContext(model.CreateContext(options), model.Facts.VocabularySize)
        {
            // Another engine wants the only thread during the first call, and each call takes longer than a slice.
            Decoding = () =>
            {
                if (++calls == 1) other = Task.Factory.StartNew(() => budget.Enter(1, 1), TaskCreationOptions.LongRunning);
                if (calls > 1) return;
                SpinWait.SpinUntil(() => budget.Waiting == 1);
                for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < TimeSpan.FromMilliseconds(12);)
                    Thread.SpinWait(100);
            },
        }, new() { Threads = budget }, savedCells: 4096, readers: 1);
        var score = Score(engines, Request(1, 1, ScriptedSteps.Prompt(Longest)), 1);
        await Eventually.TrueAsync(() => other is { IsCompleted: true } || score.IsCompleted);
        Assert.False(score.IsCompleted);
        budget.Leave(await other!);
        await score;
    }
}
