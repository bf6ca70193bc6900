using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// The same number of tokens in the simplest loop there is, on contexts laid out as the engine's are: prompts in full batches, forks, then
/// all branches of a context a token each, again and again. Nothing is sampled, searched or scored. Both models at once, a thread each.
/// </summary>
sealed class BareLoop(IReadOnlyList<IDecodeContext> policy, IReadOnlyList<IDecodeContext> reward) : IDisposable
{
    /// <param name="work">A run of the engine: its tokens are to be decoded.</param>
    /// <param name="branches">Branches that decode together, in each context.</param>
    /// <param name="width">Branches that share a prompt.</param>
    /// <param name="prompt">Tokens of a prompt.</param>
    /// <param name="solution">Tokens of a solution.</param>
    /// <param name="step">Tokens of a step, scored together.</param>
    public Task<Cost> RunAsync(TokenWork work, int branches, int width, int prompt, int solution, int step) => Cost.OfAsync(() => Task.WhenAll(
        OnThread(() => Decode(policy, work.Policy.Tokens, branches, width, prompt, solution, chunk: 1)),
        OnThread(() => Decode(reward, work.Reward.Tokens, branches, width, prompt, solution, chunk: step))));

    public void Dispose()
    {
        foreach (var context in policy.Concat(reward)) context.Dispose();
    }

    static Task OnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Decodes that many tokens: groups of prompts with their branches, <paramref name="chunk"/> tokens a branch and call.</summary>
    static void Decode(IReadOnlyList<IDecodeContext> contexts, long tokens, int branches, int width, int prompt, int solution, int chunk)
    {
        var batch = new DecodeBatch(contexts[0].BatchTokens);
        var left = tokens;
        for (var turn = 0; left > 0; turn++)
        {
            var context = contexts[turn % contexts.Count];
            for (var first = 0; first < branches && left > 0; first += width)
            {
                for (var at = 0; at < prompt && left > 0; at++) Add(context, first, at, last: at == prompt - 1);
                Flush(context);
                for (var fork = first + 1; fork < Math.Min(first + width, branches); fork++)
                    if (context.Length(first) > 0) context.Fork(first, fork, context.Length(first));
            }

            for (var at = 0; at < solution && left > 0; at += chunk)
            {
                for (var branch = 0; branch < branches && left > 0; branch++)
                    for (var i = 0; i < chunk && left > 0; i++) Add(context, branch, prompt + at + i, last: i == chunk - 1);
                Flush(context);
            }

            for (var branch = 0; branch < branches; branch++) context.Truncate(branch, 0);
        }

        void Add(IDecodeContext context, int sequence, int position, bool last)
        {
            if (batch.Room == 0) Flush(context);
            // Any token will do: what it is does not change what it costs. One that is no control token.
            batch.Add(60 + (position * 7 + sequence) % 200, position, sequence, last);
            left--;
        }

        void Flush(IDecodeContext context)
        {
            if (batch.Count > 0 && context.Decode(batch) is var status and not DecodeStatus.Ok) throw new InvalidOperationException($"the bare loop's decode call ended with {status}");
            batch.Clear();
        }
    }
}
