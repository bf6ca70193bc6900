using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// The same number of tokens in the simplest possible loop, on contexts with the engine's layout: prompts in full batches, forks, then one
/// token of each sequence of a context, again and again. Nothing is sampled, searched or scored. Both models run at once, on one thread
/// each.
/// </summary>
sealed class BareLoop(IReadOnlyList<IDecodeContext> policy, IReadOnlyList<IDecodeContext> reward) : IDisposable
{
    /// <param name="work">A run of the engine. The loop decodes the same number of tokens.</param>
    /// <param name="sequences">Sequences that decode together, in each context.</param>
    /// <param name="width">Sequences that share a prompt.</param>
    /// <param name="prompt">Tokens of a prompt.</param>
    /// <param name="solution">Tokens of a solution.</param>
    /// <param name="step">Tokens of a step, scored together.</param>
    public Task<Cost> RunAsync(TokenWork work, int sequences, int width, int prompt, int solution, int step) =>
        Cost.OfAsync(() => Task.WhenAll(
            OnThread(() => Decode(policy, work.Policy.Tokens, sequences, width, prompt, solution, chunk: 1)),
            OnThread(() => Decode(reward, work.Reward.Tokens, sequences, width, prompt, solution, chunk: step))));

    public void Dispose()
    {
        foreach (var context in policy.Concat(reward)) context.Dispose();
    }

    static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>
    /// Decodes the given number of tokens, in groups of prompts with their sequences, <paramref name="chunk"/> tokens per sequence and
    /// call.
    /// </summary>
    static void Decode(IReadOnlyList<IDecodeContext> contexts, long tokens, int sequences, int width, int prompt, int solution, int chunk)
    {
        var feeds = contexts.Select(context => new TokenFeed(context)).ToArray();
        var left = tokens;
        for (var turn = 0; left > 0; turn++)
        {
            var (context, feed) = (contexts[turn % contexts.Count], feeds[turn % contexts.Count]);
            for (var first = 0; first < sequences && left > 0; first += width)
            {
                for (var at = 0; at < prompt && left > 0; at++) Add(feed, first, at, last: at == prompt - 1);
                feed.Flush();
                for (var fork = first + 1; fork < Math.Min(first + width, sequences); fork++)
                    if (context.Length(first) > 0) context.Fork(first, fork, context.Length(first));
            }

            for (var at = 0; at < solution && left > 0; at += chunk)
            {
                for (var sequence = 0; sequence < sequences && left > 0; sequence++)
                    for (var i = 0; i < chunk && left > 0; i++) Add(feed, sequence, prompt + at + i, last: i == chunk - 1);
                feed.Flush();
            }

            for (var sequence = 0; sequence < sequences; sequence++) context.Truncate(sequence, 0);
        }

        void Add(TokenFeed feed, int sequence, int position, bool last)
        {
            feed.Add(sequence, position, last);
            left--;
        }
    }
}
