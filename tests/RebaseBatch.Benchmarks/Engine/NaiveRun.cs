using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// The same search in simple code: it decodes one sequence at a time, encodes every prefix again for each child, and runs the reward model
/// over the whole text for each step. Strategy, sampler and library are the same.
/// </summary>
sealed class NaiveRun(ILanguageModel policy, ILanguageModel reward, DecodeContextOptions policyOptions, DecodeContextOptions rewardOptions)
    : IDisposable
{
    readonly IDecodeContext _policy = policy.CreateContext(policyOptions), _reward = reward.CreateContext(rewardOptions);
    readonly DecodeBatch _batch = new(Math.Max(policyOptions.BatchTokens, rewardOptions.BatchTokens));
    readonly TokenSampler _sampler = new(policy.Facts.VocabularySize);
    readonly MathShepherdConvention _convention = new(reward, new RewardPreset(), "reward");

    /// <returns>Sampled tokens, and their cost.</returns>
    public async Task<(long Sampled, Cost Cost)> RunAsync(JobSpec spec, PromptPreset prompt, IReadOnlyList<string> questions)
    {
        var sampled = 0L;
        var cost = await Cost.OfAsync(
            () => Task.Run(() => sampled = questions.Select((question, number) => Search(spec, prompt, question, number)).Sum()));
        return (sampled, cost);
    }

    public void Dispose()
    {
        _policy.Dispose();
        _reward.Dispose();
    }

    long Search(JobSpec spec, PromptPreset prompt, string question, int number)
    {
        var (strategy, limits, tree, sampled) = (StrategyFactory.Create(spec), SearchLimits.Of(spec), new SearchTree(), 0L);
        var random = RandomStream.ForSearch(spec.Seed, number);
        var root = prompt.Encode(policy, question);
        while (strategy.NextWave(tree) is { Count: > 0 } wave)
        {
            List<SearchNode> nodes = [];
            foreach (var planned in wave)
            {
                var path = tree.Path(planned.ParentNo);
                var before = path.Sum(node => node.Tokens.Length);
                var (tokens, text, ended) =
                    Sample([.. root, .. path.SelectMany(node => node.Tokens)], limits.StepTokens(before), spec.Temperature,
                        random.Step(tree, planned));
                sampled += tokens.Length;
                var score = Score(question, [.. path.Select(node => node.Text), text]);
                var state = limits.Classify(ended, text.Contains(prompt.AnswerMark, StringComparison.Ordinal), path.Count + 1,
                    before + tokens.Length);
                nodes.Add(new()
                {
                    No = planned.No, ParentNo = planned.ParentNo, ChildIndex = planned.ChildIndex, Depth = path.Count + 1,
                    State = state, Tokens = tokens, Text = text, Score = score,
                });
            }
            foreach (var node in nodes) tree.Add(node);
        }
        return sampled;
    }

    (int[] Tokens, string Text, bool Ended) Sample(int[] prefix, int most, double temperature, RandomStream random)
    {
        var tokens = new List<int>();
        var text = new List<byte>();
        var ended = false;
        Encode(_policy, prefix, 0);
        while (true)
        {
            var token = _sampler.Draw(_policy.Logits(_batch.Count - 1), (float)temperature, random.NextDouble(tokens.Count));
            if (ended = policy.IsEndOfGeneration(token)) break;
            tokens.Add(token);
            text.AddRange(policy.Piece(token));
            if (tokens.Count == most || text[^1] == '\n') break;
            Encode(_policy, [token], prefix.Length + tokens.Count - 1);
        }
        _policy.Truncate(0, 0);
        return ([.. tokens], System.Text.Encoding.UTF8.GetString([.. text]), ended);
    }

    double Score(string question, IReadOnlyList<string> steps)
    {
        var tokens = _convention.Encode(question, steps);
        Encode(_reward, tokens, 0);
        var score = _convention.Read(_reward.Logits(_batch.Count - 1));
        _reward.Truncate(0, 0);
        return score;
    }

    void Encode(IDecodeContext context, ReadOnlySpan<int> tokens, int from)
    {
        for (var at = 0; at < tokens.Length;)
        {
            _batch.Clear();
            for (var i = 0; i < context.BatchTokens && at < tokens.Length; i++, at++)
                _batch.Add(tokens[at], from + at, 0, at == tokens.Length - 1);
            if (context.Decode(_batch) is var status and not DecodeStatus.Ok)
                throw new InvalidOperationException($"the naive loop's decode call ended with {status}");
        }
    }
}
