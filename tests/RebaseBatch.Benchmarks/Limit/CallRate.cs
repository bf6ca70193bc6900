using System.Diagnostics;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>Measures the tokens a second of one layout on several cores at once.</summary>
static class CallRate
{
    // Of several short windows the best one counts: what disturbs a window only makes it slower.
    const int Windows = 3;
    static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(60), s_patience = TimeSpan.FromSeconds(1);

    /// <param name="contexts">Contexts of each core.</param>
    /// <returns>The sum over the cores.</returns>
    public static double Of(ILanguageModel model, CallLayout layout, ReadShape shape, int contexts, int cores)
    {
        var loops = Enumerable.Range(0, cores).Select(_ => new CoreLoop(model, layout, shape, contexts)).ToArray();
        try
        {
            // The first call also reads the prefixes.
            Parallel(loops, loop => loop.Next());
            Window(loops);
            var best = 0.0;
            var started = Stopwatch.GetTimestamp();
            for (var window = 0; window < Windows && (window == 0 || Stopwatch.GetElapsedTime(started) < s_patience); window++)
                best = Math.Max(best, Window(loops));
            return best;
        }
        finally
        {
            foreach (var loop in loops) loop.Dispose();
        }
    }

    static double Window(CoreLoop[] loops)
    {
        using var measuring = new CountdownEvent(loops.Length);
        using var start = new Barrier(loops.Length);
        return Parallel(loops, loop =>
        {
            start.SignalAndWait();
            return loop.Run(s_window, measuring);
        }).Sum();
    }

    static T[] Parallel<T>(CoreLoop[] loops, Func<CoreLoop, T> work)
    {
        var threads = loops.Select(loop => Task.Factory.StartNew(
            () => work(loop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        return [.. threads.Select(thread => thread.GetAwaiter().GetResult())];
    }
}
