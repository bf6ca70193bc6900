using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

/// <summary>Steps of the scripted model through real engines, and what they must be.</summary>
static class ScriptedSteps
{
    public static StepSampler Sampler(
        ScriptedModel model, int cells = 4096, int sequences = 32, int batch = 64, int running = 16, int engines = 1,
        int samplingThreads = 1, int perEngine = 16)
    {
        var size = new DecodeContextOptions { Cells = cells, MaxSequences = sequences, BatchTokens = batch, Threads = 1 };
        return new(
            model, [.. Enumerable.Range(0, engines).Select(_ => model.CreateContext(size))],
            new() { MaxRunning = running, SequencesPerEngine = perEngine, Threads = new(2), SamplingThreads = samplingThreads },
            NullLogger.Instance);
    }

    public static StepRequest Request(int[] prefix, int children, long search = 1, int firstNode = 1, int maxTokens = 30, int depth = 1) =>
        new()
        {
            Search = search, Prefix = prefix, Depth = depth, Boundary = StepBoundary.Line, Temperature = 1, MaxTokens = maxTokens,
            Children = [.. Enumerable.Range(0, children)
                .Select(i => (firstNode + i, RandomStream.ForSearch(7, search).Child(firstNode + i)))],
        };

    /// <summary>What the request must give, sampled one token at a time without any cache.</summary>
    public static int[] Expected(ScriptedModel model, StepRequest request, int child)
    {
        var tokens = request.Prefix.ToList();
        var (sampler, logits) = (new TokenSampler(model.Facts.VocabularySize), new float[model.Facts.VocabularySize]);
        var text = false;
        for (var i = 0; i < request.MaxTokens; i++)
        {
            model.FillLogits(tokens, logits);
            var token = sampler.Draw(logits, request.Temperature, request.Children[child].Random.NextDouble(i));
            if (token == ScriptedModel.EndOfGeneration) break;
            tokens.Add(token);
            text |= token != ScriptedModel.NewLine;
            if (token == ScriptedModel.NewLine && text) break;
        }

        return [.. tokens.Skip(request.Prefix.Length)];
    }

    public static int[] Prompt(int length, int salt = 0) =>
        [.. Enumerable.Range(0, length).Select(i => 2 + (i * 7 + salt * 13 + i * i) % 38)];

    /// <summary>
    /// Grows a whole tree, every open node to two children for some levels, and checks every step against its expectation.
    /// </summary>
    public static async Task GrowTreeAsync(ScriptedModel model, StepSampler sampler, long search, int width, int levels,
        int promptLength = 40)
    {
        List<int[]> frontier = [Prompt(promptLength, (int)search)];
        var node = 1;
        for (var level = 1; level <= levels && frontier.Count > 0; level++)
        {
            var requests = new List<StepRequest>();
            foreach (var prefix in frontier)
            {
                var children = Math.Max(1, width / frontier.Count);
                requests.Add(Request(prefix, children, search, node, depth: level));
                node += children;
            }

            var results = requests.Select(r => sampler.Sample(r, CancellationToken.None)).ToList();
            List<int[]> next = [];
            for (var r = 0; r < requests.Count; r++)
            {
                for (var c = 0; c < results[r].Count; c++)
                {
                    var step = await results[r][c].WaitAsync(TimeSpan.FromSeconds(30));
                    Assert.Equal(Expected(model, requests[r], c), step.Tokens);
                    if (step.End == StepEnd.Boundary) next.Add([.. requests[r].Prefix, .. step.Tokens]);
                }
            }

            sampler.Retain(search, new HashSet<int>());
            frontier = next.Take(width).ToList();
        }
    }
}
