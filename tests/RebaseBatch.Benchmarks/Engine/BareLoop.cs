using System.Diagnostics;
using RebaseBatch.Inference;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// The same number of tokens through the same contexts in the simplest loop there is: prompts in full batches, forks, then all branches a
/// token each, again and again. Nothing is sampled, searched or scored. Both models at the same time on a thread each, as in the engine.
/// </summary>
sealed class BareLoop(ILanguageModel policy, ILanguageModel reward, DecodeContextOptions policyOptions, DecodeContextOptions rewardOptions) : IDisposable
{
    readonly IDecodeContext _policy = policy.CreateContext(policyOptions), _reward = reward.CreateContext(rewardOptions);

    /// <param name="work">A run of the engine: its tokens are to be decoded.</param>
    /// <param name="branches">Branches that decode together.</param>
    /// <param name="width">Branches that share a prompt.</param>
    /// <param name="prompt">Tokens of a prompt.</param>
    /// <param name="solution">Tokens of a solution.</param>
    /// <param name="step">Tokens of a step, scored together.</param>
    /// <returns>Seconds.</returns>
    public async Task<double> RunAsync(TokenWork work, int branches, int width, int prompt, int solution, int step)
    {
        var started = Stopwatch.GetTimestamp();
        var sampling = OnThread(() => Decode(_policy, work.Policy, branches, width, prompt, solution, chunk: 1));
        var scoring = OnThread(() => Decode(_reward, work.Reward, branches, width, prompt, solution, chunk: step));
        await Task.WhenAll(sampling, scoring);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public void Dispose()
    {
        _policy.Dispose();
        _reward.Dispose();
    }

    static Task OnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Decodes that many tokens: groups of prompts with their branches, <paramref name="chunk"/> tokens a branch and call.</summary>
    static void Decode(IDecodeContext context, long tokens, int branches, int width, int prompt, int solution, int chunk)
    {
        var batch = new DecodeBatch(context.BatchTokens);
        var left = tokens;
        while (left > 0)
        {
            for (var first = 0; first < branches && left > 0; first += width)
            {
                for (var at = 0; at < prompt && left > 0; at++) Add(first, at, last: at == prompt - 1);
                Flush();
                for (var fork = first + 1; fork < Math.Min(first + width, branches); fork++)
                    if (context.Length(first) > 0) context.Fork(first, fork, context.Length(first));
            }

            for (var at = 0; at < solution && left > 0; at += chunk)
            {
                for (var branch = 0; branch < branches && left > 0; branch++)
                    for (var i = 0; i < chunk && left > 0; i++) Add(branch, prompt + at + i, last: i == chunk - 1);
                Flush();
            }

            for (var branch = 0; branch < branches; branch++) context.Truncate(branch, 0);
        }

        void Add(int sequence, int position, bool last)
        {
            if (batch.Room == 0) Flush();
            // Any token will do: what it is does not change what it costs. One that is no control token.
            batch.Add(60 + (position * 7 + sequence) % 200, position, sequence, last);
            left--;
        }

        void Flush()
        {
            if (batch.Count > 0 && context.Decode(batch) is var status and not DecodeStatus.Ok) throw new InvalidOperationException($"the bare loop's decode call ended with {status}");
            batch.Clear();
        }
    }
}
