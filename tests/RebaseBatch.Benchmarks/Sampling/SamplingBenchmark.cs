using System.Diagnostics;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Sampling;

/// <summary>
/// <c>sampling [--draws N] [--repeats N] [--branches N] [--calls N] [--runtime LLamaSharp|LlamaCpp]</c>: microseconds and bytes per draw by
/// vocabulary and filter. It also measures the time of one draw for each sequence as a share of the decode call before it, on a random
/// model of 110M weights (0 calls leaves that out).
/// </summary>
static class SamplingBenchmark
{
    static readonly (string Name, SamplingFilter Filter)[] s_filters =
    [
        ("none", SamplingFilter.Off), ("top-k 40", new(TopK: 40)), ("top-p 0.9", new(TopP: 0.9)), ("min-p 0.05", new(MinP: 0.05)),
        ("all three", new(40, 0.9, 0.05)),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var (runtime, rest) = RuntimeOption.Take(args);
        var arguments = new Arguments(rest, ("--draws", 2000), ("--repeats", 7), ("--branches", 64), ("--calls", 8));
        Console.WriteLine("vocabulary | logits | filter | CPU us per draw | relative to none | bytes per draw");
        Console.WriteLine("---|---|---|---|---|---");
        foreach (var vocabulary in (int[])[440, 32_000, 128_000])
        {
            // Peaked logits are like a trained model's. Flat ones are the worst case for top-p: half of the vocabulary stays.
            foreach (var (name, scale) in ((string, float)[])[("peaked", 3), ("flat", 0.5f)])
                Measure(vocabulary, name, DrawRun.Logits(vocabulary, scale), arguments["--draws"] / (vocabulary / 10_000 + 1),
                    arguments["--repeats"]);
        }

        SpreadOverCores(arguments["--branches"], arguments["--repeats"]);
        if (arguments["--calls"] > 0)
        {
            Console.WriteLine();
            Console.WriteLine(
                $"vocabulary | CPU ms per decode call of {arguments["--branches"]} | draws % of it, filter none | top-k 40 | top-p 0.9 "
                    + "| min-p 0.05 | all three");
            Console.WriteLine("---|---|---|---|---|---|---");
            foreach (var vocabulary in (int[])[32_000, 128_000])
                await AgainstDecodeAsync(RandomModelSize.M110 with { Vocabulary = vocabulary }, runtime, arguments);
        }
        return 0;
    }

    /// <summary>The case where a GPU waits for the draws: nothing else runs.</summary>
    static void SpreadOverCores(int sequences, int repeats)
    {
        Console.WriteLine();
        Console.WriteLine($"vocabulary | wall ms of {sequences} draws on 1 thread | on {Environment.ProcessorCount} | times as fast");
        Console.WriteLine("---|---|---|---");
        foreach (var vocabulary in (int[])[32_000, 128_000])
        {
            var draws = new SpreadDraws(vocabulary, sequences);
            var runs = Enumerable.Range(0, repeats)
                .Select(_ => (One: draws.Milliseconds(1, 20), All: draws.Milliseconds(Environment.ProcessorCount, 20))).ToList();
            Console.WriteLine(string.Join(" | ", vocabulary, Spread.Of(runs.Select(run => run.One)), Spread.Of(runs.Select(run => run.All)),
                Spread.Of(runs.Select(run => run.One / run.All))));
        }
    }

    static void Measure(int vocabulary, string name, float[] logits, int draws, int repeats)
    {
        var sampler = new TokenSampler(vocabulary);
        // The compiler optimises frequently used code in the background.
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < 1.5;)
            foreach (var (_, filter) in s_filters) DrawRun.Of(sampler, logits, filter, 50);
        // In turns, so that each filter runs under the same conditions.
        var runs = s_filters.Select(_ => new List<DrawRun>()).ToArray();
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            for (var i = 0; i < s_filters.Length; i++) runs[i].Add(DrawRun.Of(sampler, logits, s_filters[i].Filter, draws));
        }

        for (var i = 0; i < s_filters.Length; i++)
        {
            Console.WriteLine(string.Join(" | ", vocabulary, name, s_filters[i].Name, Spread.Of(runs[i].Select(run => run.Microseconds)),
                Spread.Of(runs[i].Zip(runs[0], (run, none) => run.Microseconds / none.Microseconds)),
                Spread.Of(runs[i].Select(run => run.Bytes))));
        }
    }

    static async Task AgainstDecodeAsync(RandomModelSize size, InferenceRuntime? runtime, Arguments arguments)
    {
        var calls = new DecodeCalls(size, arguments["--branches"], runtime);
        List<double[]> shares = [];
        List<double> milliseconds = [];
        await using (calls)
        {
            await calls.OpenAsync();
            for (var call = -1; call < arguments["--calls"]; call++)
            {
                var (decode, draws) = calls.Next([.. s_filters.Select(filter => filter.Filter)]);
                if (call < 0) continue;
                milliseconds.Add(decode * 1000);
                shares.Add([.. draws.Select(seconds => 100 * seconds / decode)]);
            }
        }
        Console.WriteLine(
            string.Join(" | ",
                [size.Vocabulary, Spread.Of(milliseconds), .. Enumerable.Range(0, s_filters.Length)
                    .Select(i => (object)Spread.Of(shares.Select(share => share[i])))]));
    }
}
