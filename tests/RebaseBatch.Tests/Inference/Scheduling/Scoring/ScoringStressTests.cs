using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Scheduling.Scoring;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling.Scoring;

/// <summary>Many searches at once, with texts that fail, searches that are cancelled, and little of everything.</summary>
[Fast]
public sealed class ScoringStressTests
{
    const int Poison = 17, Longest = 120;

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>What may be short: threads, cells of saved prefixes, sequences of a call, and tokens of a call.</summary>
    public static TheoryData<int, int, int, int, int> Shortages() => new()
    {
        // Readers, saved cells, sequences, batch tokens, enough tokens.
        { 1, 1 << 14, 8, 512, 64 },
        { 3, 1 << 14, 4, 7, 8 },
        { 3, 300, 8, 32, 64 },
        { 4, 0, 2, 512, 1 },
    };

    [Theory, MemberData(nameof(Shortages))]
    public async Task Every_request_ends_as_it_must(int readers, int savedCells, int sequences, int batchTokens, int enough)
    {
        var model = new ScriptedModel { Poison = Poison };
        var budget = new ThreadBudget(2);
        using var engines = Open(model, budget, readers, savedCells, sequences, batchTokens, enough, most: 2);
        var ends = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(1, 24).Select(search => Task.Run(() => SearchAsync(model, engines, search, ends))))
            .WaitAsync(s_patience);
        Assert.True(engines.IsAlive);
        Assert.All(["scored", "failed", "cancelled"], end => Assert.True(ends.GetValueOrDefault(end) > 0, $"none {end}"));
        await Eventually.TrueAsync(() => engines.Statistics.Load is { CellsUsed: 0, Waiting: 0 });
        engines.Dispose();
        // Every thread came back, and no reader counts as working.
        budget.Begin();
        Assert.Equal(2, budget.Enter(1, 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Every_request_ends_when_the_engines_are_stopped_amid_them(int readers)
    {
        var model = new ScriptedModel { Poison = Poison };
        var (budget, saved) = (new ThreadBudget(1), 0);
        using var many = new SemaphoreSlim(0);
        SwappingEngines? engines = null;
        engines = Open(model, budget, readers, savedCells: 1000, sequences: 4, batchTokens: 16, enough: 16, most: 1,
            context => new BreakableContext(context, model.Facts.VocabularySize) { Saving = Saving });
        var ends = new ConcurrentDictionary<string, int>();
        var searches = Task.WhenAll(Enumerable.Range(1, 24).Select(search => Task.Run(() => SearchAsync(model, engines, search, ends))));
        Assert.True(await many.WaitAsync(s_patience));
        await Task.Run(engines.Dispose).WaitAsync(s_patience);
        await searches.WaitAsync(s_patience);
        Assert.True(ends["stopped"] > 0);
        budget.Begin();
        Assert.Equal(1, budget.Enter(1, 1));

        void Saving()
        {
            if (Interlocked.Increment(ref saved) != 50) return;
            many.Release();
            // The reader holds the only thread until they are stopped, so the others can't end everything before.
            SpinWait.SpinUntil(() => !engines!.IsAlive, s_patience);
        }
    }

    [Fact]
    public async Task A_tree_costs_what_it_costs_in_contexts_that_hold_whole_trees()
    {
        var costs = new List<(int, int)>[2];
        for (var kind = 0; kind < 2; kind++)
        {
            var model = new ScriptedModel(vocabularySize: 2000);
            using IScoringEngines engines = kind == 0
                ? Open(model, new(1), readers: 2, savedCells: 1 << 14, sequences: 8, batchTokens: 16, enough: 8, most: 1)
                : new EngineGroup("reward", [model.CreateContext(new() { Cells = 4096, MaxSequences = 64, BatchTokens = 16 })],
                    2000, new() { MaxRunning = 8 }, NullLogger.Instance);
            costs[kind] = [];
            var random = new Random(5);
            List<(int Node, int[] Path)> frontier = [(0, ScriptedSteps.Prompt(30))];
            for (var node = 1; node <= 40; node++)
            {
                var (parent, path) = frontier[random.Next(frontier.Count)];
                // The first token of a step is its own: what a text shares with a released one is not part of the promise.
                int[] text = [.. path, 40 + node, .. Enumerable.Range(0, random.Next(12)).Select(_ => 2 + random.Next(38))];
                if (text.Length > Longest) continue;
                var score = await ScoreAsync(engines, new(1, node, text, random.Next(text.Length), new FirstNumber(), default), node);
                Assert.Equal(FirstNumber.Of(model, text), score.Score);
                costs[kind].Add((score.Cost.Evaluated, score.Cost.Reencoded));
                frontier.Add((node, text));
                if (node % 8 > 0) continue;
                frontier = [.. frontier.Where(_ => random.Next(2) == 0), (node, text)];
                engines.Retain(1, frontier.Select(open => open.Node).ToHashSet());
            }

            Assert.Equal(costs[kind].Sum(cost => cost.Item1), engines.Statistics.Tokens);
            Assert.Equal(costs[kind].Sum(cost => cost.Item2), engines.Statistics.Reencoded);
        }

        Assert.Equal(costs[1], costs[0]);
    }

    static SwappingEngines Open(
        ScriptedModel model, ThreadBudget budget, int readers, int savedCells, int sequences, int batchTokens, int enough, int most,
        Func<IDecodeContext, IDecodeContext>? around = null)
    {
        var size = new DecodeContextOptions { Cells = Longest + 256, MaxSequences = sequences, BatchTokens = batchTokens };
        var contexts = Enumerable.Range(0, readers).Select(_ => model.CreateContext(size)).Select(around ?? (context => context));
        var options = new EngineOptions { Threads = budget, EnoughTokens = enough, MostThreadsPerCall = most };
        return new("reward", [.. contexts], model.Facts.VocabularySize, options, Longest, savedCells, sizeof(int), NullLogger.Instance);
    }

    static Task<StepScore> ScoreAsync(IScoringEngines engines, ScoreDecodeRequest request, int node)
    {
        engines.Submit(node, request);
        return request.Result.WaitAsync(s_patience);
    }

    /// <summary>
    /// Scores a tree level by level. Some searches share a question, some texts have a token that fails, and some searches are cancelled as
    /// soon as one of their scores arrives.
    /// </summary>
    static async Task SearchAsync(ScriptedModel model, SwappingEngines engines, int search, ConcurrentDictionary<string, int> ends)
    {
        var random = new Random(search);
        using var cancel = new CancellationTokenSource();
        List<(int Node, int[] Path)> frontier = [(0, [.. ScriptedSteps.Prompt(30, search % 5).Where(token => token != Poison)])];
        for (var (level, node) = (1, 0); level <= 5 && frontier.Count > 0; level++)
        {
            var children = new List<(int Node, int[] Path, Task<StepScore> Score)>();
            var count = 1 + random.Next(10);
            for (var i = 0; i < count; i++)
            {
                var parent = frontier[random.Next(frontier.Count)].Path;
                int[] path = [.. parent, .. Enumerable.Range(0, 1 + random.Next(18)).Select(_ => Token())];
                if (path.Length > Longest || i == 0) path = [.. path.Concat(Enumerable.Repeat(3, Longest)).Take(Longest)];
                node++;
                children.Add((node, path, ScoreAsync(engines, new(search, node, path, 0, new FirstNumber(), cancel.Token), node)));
            }

            if (search % 3 == 0 && level == 3)
            {
                await Task.WhenAny(children.Select(child => child.Score));
                await cancel.CancelAsync();
            }

            frontier = [];
            foreach (var (number, path, score) in children)
            {
                var end = await EndOf(score);
                ends.AddOrUpdate(end, 1, (_, ended) => ended + 1);
                if (end == "scored")
                {
                    Assert.DoesNotContain(Poison, path);
                    Assert.Equal(FirstNumber.Of(model, path), (await score).Score);
                    if (path.Length < Longest) frontier.Add((number, path));
                }

                if (end == "failed") Assert.Contains(Poison, path);
                if (end == "cancelled") Assert.True(cancel.IsCancellationRequested);
            }

            engines.Retain(search, frontier.Select(open => open.Node).ToHashSet());
        }

        engines.Retain(search, new HashSet<int>());

        int Token() => random.Next(150) == 0 ? Poison : 20 + random.Next(20);
    }

    static async Task<string> EndOf(Task<StepScore> score)
    {
        try
        {
            await score;
            return "scored";
        }
        catch (ModelFaultException)
        {
            return "failed";
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
        catch (ObjectDisposedException)
        {
            return "stopped";
        }
    }

    sealed class FirstNumber : IRewardConvention
    {
        public ModelOutput Reads => ModelOutput.Logits;
        public int[] Encode(string question, IReadOnlyList<string> steps) => throw new NotSupportedException();
        public double Read(ReadOnlySpan<float> output) => output[2];

        public static double Of(ScriptedModel model, int[] tokens)
        {
            var numbers = new float[model.Facts.VocabularySize];
            model.FillLogits(tokens, numbers);
            return numbers[2];
        }
    }
}
