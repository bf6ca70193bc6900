using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling.Scoring;

/// <summary>What all engines that score must do. The scripted model's output is a hash of all tokens before it.</summary>
public abstract class ScoringEnginesConformance
{
    static readonly CancellationToken s_never = CancellationToken.None;

    /// <summary>Engines over two contexts.</summary>
    /// <param name="open">Creates a context.</param>
    private protected abstract IScoringEngines Open(Func<DecodeContextOptions, IDecodeContext> open, EngineOptions options);

    private protected IScoringEngines Open(ScriptedModel model, EngineOptions? options = null) =>
        Open(model.CreateContext, options ?? new() { MaxRunning = 16, Threads = new(2) });

    private protected static ScoreDecodeRequest Request(long search, int node, int[] tokens, CancellationToken ct = default) =>
        new(search, node, tokens, 0, new OneNumber(), ct);

    private protected static double Expected(ScriptedModel model, int[] tokens)
    {
        var numbers = new float[model.Facts.VocabularySize];
        model.FillLogits(tokens, numbers);
        return numbers[2];
    }

    private protected static Task<StepScore> Score(IScoringEngines engines, ScoreDecodeRequest request, int node)
    {
        engines.Submit(node, request);
        return request.Result.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Scores a tree level by level, with the best nodes of each level going on, and checks every score.</summary>
    private protected static async Task ScoreTreeAsync(ScriptedModel model, IScoringEngines engines, int search, int width, int levels)
    {
        var random = new Random(search);
        List<(int Node, int[] Path)> frontier = [(0, ScriptedSteps.Prompt(20 + random.Next(30), search))];
        var node = 0;
        for (var level = 1; level <= levels; level++)
        {
            List<(int Parent, int Node, int[] Path)> children = [];
            for (var i = 0; i < width; i++)
            {
                var (parent, path) = frontier[random.Next(frontier.Count)];
                children.Add((parent, ++node, [.. path, .. Enumerable.Range(0, 1 + random.Next(20)).Select(_ => 2 + random.Next(38))]));
            }

            engines.Assign(search, [.. children.GroupBy(child => child.Parent)
                .Select(siblings => new Siblings(siblings.Key, [.. siblings.Select(child => child.Node)]))]);
            var scores = await Task.WhenAll(children.Select(child => Score(engines, Request(search, child.Node, child.Path), child.Node)));
            for (var i = 0; i < width; i++) Assert.Equal(Expected(model, children[i].Path), scores[i].Score);
            frontier = [.. children.Where(_ => random.Next(2) == 0).Select(child => (child.Node, child.Path))];
            if (frontier.Count == 0) frontier = [(children[0].Node, children[0].Path)];
            engines.Retain(search, frontier.Select(open => open.Node).ToHashSet());
        }

        engines.Retain(search, new HashSet<int>());
    }

    [Fact]
    public async Task Every_score_is_that_of_the_whole_text_whatever_else_is_scored()
    {
        var model = new ScriptedModel();
        using var engines = Open(model);
        await Task.WhenAll(Enumerable.Range(1, 6).Select(search => ScoreTreeAsync(model, engines, search, width: 8, levels: 5)));
        Assert.True(engines.IsAlive);
        await Eventually.TrueAsync(() => engines.Statistics.Load is { CellsUsed: 0, Waiting: 0 });
    }

    [Fact]
    public async Task A_child_costs_its_own_tokens_and_siblings_share_their_question()
    {
        var model = new ScriptedModel();
        using var engines = Open(model, new() { MaxRunning = 16 });
        var question = ScriptedSteps.Prompt(60);
        engines.Assign(1, [new(0, [1, 2, 3, 4])]);
        var first = await Task.WhenAll(
            Enumerable.Range(1, 4).Select(node => Score(engines, Request(1, node, [.. question, node + 1, 3, 4]), node)));
        Assert.Equal(60 + 4 * 3, first.Sum(score => score.Cost.Evaluated));
        engines.Retain(1, new HashSet<int> { 2 });
        engines.Assign(1, [new(2, [5])]);
        var child = await Score(engines, Request(1, 5, [.. question, 3, 3, 4, 9, 8]), 5);
        Assert.Equal(2, child.Cost.Evaluated);
        Assert.Equal(60 + 4 * 3 + 2, engines.Statistics.Tokens);
    }

    [Fact]
    public async Task A_text_that_fails_fails_alone()
    {
        var model = new ScriptedModel { Poison = 17 };
        using var engines = Open(model);
        int[] question = [.. ScriptedSteps.Prompt(30).Where(token => token != 17)];
        int[][] texts = [.. Enumerable.Range(0, 8).Select(i => (int[])[.. question, i == 5 ? 17 : 20 + i])];
        var scores = texts.Select((text, i) => Score(engines, Request(1, 1 + i, text), 1 + i)).ToList();
        for (var i = 0; i < texts.Length; i++)
        {
            if (i == 5) await Assert.ThrowsAsync<ModelFaultException>(() => scores[5]);
            else Assert.Equal(Expected(model, texts[i]), (await scores[i]).Score);
        }

        Assert.True(engines.IsAlive);
    }

    [Fact]
    public async Task A_text_that_no_context_holds_says_which_setting_is_too_small()
    {
        var model = new ScriptedModel();
        using var engines = Open(model);
        var size = engines.MaxSequenceTokens;
        var refused = await Assert.ThrowsAsync<ModelFaultException>(() => Score(engines, Request(1, 1, new int[size + 1]), 1));
        Assert.Contains("Rebase:Inference:ContextCells", refused.Message, StringComparison.Ordinal);
        int[] longest = [.. Enumerable.Repeat(5, size)];
        Assert.Equal(Expected(model, longest), (await Score(engines, Request(1, 2, longest), 2)).Score);
    }

    [Fact]
    public async Task A_cancelled_request_ends_as_cancelled()
    {
        var model = new ScriptedModel();
        using var engines = Open(model);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Score(engines, Request(1, 1, [2, 3], cancel.Token), 1));
        Assert.Equal(Expected(model, [2, 4]), (await Score(engines, Request(1, 2, [2, 4]), 2)).Score);
    }

    [Fact]
    public async Task On_a_broken_device_everything_fails_and_nobody_is_blamed()
    {
        var model = new ScriptedModel();
        var contexts = new List<BreakableContext>();
        using var engines = Open(options =>
        {
            contexts.Add(new(model.CreateContext(options), model.Facts.VocabularySize));
            return contexts[^1];
        }, new() { MaxRunning = 16 });
        await Score(engines, Request(1, 1, [2, 3, 4]), 1);
        foreach (var context in contexts) context.IsBroken = true;
        for (var node = 2; node < 8; node++)
            await Assert.ThrowsAsync<EngineFaultException>(() => Score(engines, Request(1, node, [2, 3, node]), node));
        Assert.False(engines.IsAlive);
    }

    [Fact]
    public async Task On_a_device_that_breaks_all_requests_fail_that_wait_together()
    {
        var model = new ScriptedModel();
        var contexts = new List<BreakableContext>();
        using var together = new ManualResetEventSlim();
        var calls = 0;
        using var engines = Open(options =>
        {
            contexts.Add(new(model.CreateContext(options), model.Facts.VocabularySize)
            {
                Decoding = () =>
                {
                    together.Wait(TimeSpan.FromSeconds(30));
                    if (Interlocked.Increment(ref calls) >= 2) contexts.ForEach(context => context.IsBroken = true);
                },
            });
            return contexts[^1];
        }, new() { MaxRunning = 16 });
        var question = ScriptedSteps.Prompt(40);
        var parent = Score(engines, Request(1, 1, question), 1);
        var children = Enumerable.Range(2, 12).Select(node => Score(engines, Request(1, node, [.. question, node, 9]), node)).ToList();
        together.Set();
        Assert.Equal(Expected(model, question), (await parent).Score);
        foreach (var child in children) await Assert.ThrowsAsync<EngineFaultException>(() => child);
        Assert.False(engines.IsAlive);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_during_a_call_gets_no_further_call()
    {
        var model = new ScriptedModel();
        using var cancel = new CancellationTokenSource();
        using var engines = Open(
            options => new BreakableContext(model.CreateContext(options), model.Facts.VocabularySize) { Decoding = cancel.Cancel },
            new() { MaxRunning = 16 });
        int[] text = ScriptedSteps.Prompt(250);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Score(engines, Request(1, 1, text, cancel.Token), 1));
        Assert.Equal(1, engines.Statistics.Decodes);
        // What the call has encoded is no obstacle to the same text.
        Assert.Equal(Expected(model, text), (await Score(engines, Request(1, 1, text), 1)).Score);
    }

    [Fact]
    public async Task What_waits_when_they_are_stopped_fails()
    {
        var model = new ScriptedModel();
        using var begun = new SemaphoreSlim(0);
        using var stopping = new ManualResetEventSlim();
        var engines = Open(options => new BreakableContext(model.CreateContext(options), model.Facts.VocabularySize)
        {
            Decoding = () =>
            {
                begun.Release();
                stopping.Wait(TimeSpan.FromSeconds(30));
            },
        }, new() { MaxRunning = 1 });
        var scores = Enumerable.Range(1, 6).Select(search => Score(engines, Request(search, 1, [2, search + 2]), 1)).ToList();
        Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(30)));
        var stopped = Task.Run(engines.Dispose, s_never);
        stopping.Set();
        await stopped.WaitAsync(TimeSpan.FromSeconds(30));
        foreach (var score in scores)
            if (await Record.ExceptionAsync(() => score) is { } failed) Assert.IsType<ObjectDisposedException>(failed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Score(engines, Request(9, 1, [2]), 1));
    }

    /// <summary>The score is a number of the output.</summary>
    sealed class OneNumber : IRewardConvention
    {
        public ModelOutput Reads => ModelOutput.Logits;
        public int[] Encode(string question, IReadOnlyList<string> steps) => throw new NotSupportedException();
        public double Read(ReadOnlySpan<float> output) => output[2];
    }
}
