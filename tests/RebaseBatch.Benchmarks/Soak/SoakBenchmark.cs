using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Solving;

namespace RebaseBatch.Benchmarks.Soak;

/// <summary>
/// <c>soak [--minutes N] [--cells N] [--runtime LLamaSharp|LlamaCpp]</c>: runs searches of mixed widths and strategies for that many
/// minutes, in contexts far too small for them, to see whether memory grows; with <c>--cells 0</c> in those that a worker has. It checks
/// each search's number of candidates.
/// </summary>
static class SoakBenchmark
{
    const int SamplesAMinute = 12;

    static readonly int[] s_widths = [1, 4, 8, 16, 64];

    public static async Task<int> RunAsync(string[] args)
    {
        var (runtime, rest) = RuntimeOption.Take(args);
        var arguments = new Arguments(rest, ("--minutes", 10), ("--cells", 1024));
        var options = BundledModels.OneThreadEach(runtime);
        (options.ContextCells, options.Lanes) = (arguments["--cells"], arguments["--cells"] > 0 ? 2 : 0);
        var problems = await BundledModels.ProblemsAsync(200);
        using var models = await BundledModels.LoadAsync(options);
        using var stop = new CancellationTokenSource();
        var searching = SearchAsync(problems, models, options, stop.Token);

        Console.WriteLine("minute | tokens | evictions | preemptions | encoded again | managed MB | resident MB");
        Console.WriteLine("---|---|---|---|---|---|---");
        List<(double Minute, double Resident)> samples = [];
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1.0 / SamplesAMinute));
        for (var tick = 1; tick <= arguments["--minutes"] * SamplesAMinute && await timer.WaitForNextTickAsync(); tick++)
        {
            if (searching.IsCompleted) break;
            var managed = GC.GetTotalMemory(forceFullCollection: true);
            samples.Add(((double)tick / SamplesAMinute, Environment.WorkingSet / 1e6));
            if (tick % SamplesAMinute != 0) continue;
            var done = models.Policy.Statistics + models.Reward!.Statistics;
            var (minute, megabytes, resident) = (tick / SamplesAMinute, managed / 1e6, samples[^1].Resident);
            var (evictions, preemptions, reencoded) = (done.Evictions, done.Preemptions, done.Reencoded);
            BenchmarkOutput.Result(
                $"{minute} | {done.Tokens:N0} | {evictions:N0} | {preemptions:N0} | {reencoded:N0} | {megabytes:F2} | {resident:F1}");
        }

        await stop.CancelAsync();
        var searches = await searching;
        List<(double Minute, double Resident)> late = [.. samples.Skip(samples.Count / 3)];
        var (least, most) = (late.Min(sample => sample.Resident), late.Max(sample => sample.Resident));
        BenchmarkOutput.Result(
            $"{searches:N0} searches; resident memory in the last two thirds: {Slope(late):F3} MB per minute, {least:F1} to {most:F1} MB");
        return 0;
    }

    /// <summary>Runs searches until it is stopped, as many at once as a worker would.</summary>
    /// <returns>How many ended.</returns>
    static async Task<long> SearchAsync(IReadOnlyList<ProblemSpec> problems, ModelLease models, InferenceOptions options,
        CancellationToken stop)
    {
        const int InFlight = 32;
        var slots = new SearchSlots(SearchSlots.PermitsFor(options.MaxBranches), InFlight);
        long begun = -1, ended = 0;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref begun);
                var spec = SpecOf(number);
                using var slot = await slots.EnterAsync(spec.Width, default);
                var outcome = await new SearchRunner(spec, models, TimeProvider.System, static _ => { })
                    .RunAsync(new(number, (int)(number % problems.Count), problems[(int)(number % problems.Count)], [], 0), default);
                Check(spec, outcome);
                Interlocked.Increment(ref ended);
            }
        })));
        return ended;
    }

    static JobSpec SpecOf(long number) => BundledModels.Job(s_widths[number % s_widths.Length]) with
    {
        Seed = number,
        // This search returns to old nodes, so its prefixes stay cached longest.
        Strategy = number % 7 == 3 ? SearchStrategy.Mcts : SearchStrategy.Rebase,
    };

    static void Check(JobSpec spec, SearchOutcome outcome)
    {
        var leaves = outcome.Tree.Nodes.Count(node => node.State is not NodeState.Open);
        if (spec.Strategy is SearchStrategy.Rebase && leaves != spec.Width)
            throw new InvalidOperationException($"a search of width {spec.Width} ended with {leaves} leaves");
    }

    /// <summary>Slope of the line that is nearest to the samples.</summary>
    static double Slope(List<(double Minute, double Resident)> samples)
    {
        var (minute, resident) = (samples.Average(sample => sample.Minute), samples.Average(sample => sample.Resident));
        return samples.Sum(sample => (sample.Minute - minute) * (sample.Resident - resident))
            / samples.Sum(sample => (sample.Minute - minute) * (sample.Minute - minute));
    }
}
