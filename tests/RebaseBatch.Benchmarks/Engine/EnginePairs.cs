using System.Diagnostics;
using System.Text.Json;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// <c>engine --pairs N</c>: the same searches on LLamaSharp and on the program's own binding. Each run is a process of its own: the files
/// of both runtimes have the same names for the system's loader, so a process holds one of the two. The processes take turns, and the one
/// that begins changes from pair to pair.
/// </summary>
static class EnginePairs
{
    static readonly int[] s_bundledWidths = [16, 64], s_randomWidths = [16];

    public static async Task<int> RunAsync(EngineArguments options)
    {
        Console.WriteLine("models | width | problems | pairs | wall, LLamaSharp/LlamaCpp | CPU | policy device s, LlamaCpp | LLamaSharp "
            + "| ratio per token | allocated bytes per token, LlamaCpp | LLamaSharp");
        Console.WriteLine("---|---|---|---|---|---|---|---|---|---|---");
        using var models = new EngineModels();
        foreach (var set in options.Models)
            foreach (var width in options.Widths ?? (set is ModelSet.Bundled ? s_bundledWidths : s_randomWidths))
            {
                var work = new PairedWork(default, set, width, options.Repeats ?? (set is ModelSet.Bundled ? 3 : 1), models.Policy(set),
                    models.Reward(set), options.Lanes, options.FlashAttention);
                var pairs = new List<(PairedFigures Own, PairedFigures Sharp)>();
                for (var pair = 0; pair < options.Pairs; pair++) pairs.Add(await PairAsync(work, pair));
                Console.WriteLine(Row(EngineModels.Work(set, width), pairs));
            }
        return 0;
    }

    static async Task<(PairedFigures Own, PairedFigures Sharp)> PairAsync(PairedWork work, int pair)
    {
        InferenceRuntime[] order = [InferenceRuntime.LlamaCpp, InferenceRuntime.LLamaSharp];
        if (pair % 2 == 1) Array.Reverse(order);
        var figures = new Dictionary<InferenceRuntime, PairedFigures>();
        foreach (var runtime in order)
        {
            var run = figures[runtime] = await ProcessAsync(work with { Runtime = runtime });
            var (speed, byCpu) = (1 / run.SecondsPerToken, 1 / run.CpuSecondsPerToken);
            await BenchmarkOutput.ProgressAsync(
                $"width {work.Width}, pair {pair + 1}, {runtime} ({run.Build}): {speed:N1} tokens/s, {byCpu:N1} per CPU second");
        }

        return (figures[InferenceRuntime.LlamaCpp], figures[InferenceRuntime.LLamaSharp]);
    }

    static async Task<PairedFigures> ProcessAsync(PairedWork work)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(EnginePairs).Assembly.Location, "engine-run", JsonSerializer.Serialize(work)])
        { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<PairedFigures>(output.Trim().Split('\n')[^1])!
            : throw new InvalidOperationException($"the run on {work.Runtime} ended with exit code {process.ExitCode}");
    }

    // Above 1 LLamaSharp is faster. By token, because the draws and with them the tokens differ a little from run to run.
    static string Row(Workload work, List<(PairedFigures Own, PairedFigures Sharp)> pairs) => string.Join(" | ",
        work.Name, work.Spec.Width, work.Questions.Count, pairs.Count,
        Spread.Of(pairs.Select(pair => pair.Own.SecondsPerToken / pair.Sharp.SecondsPerToken)),
        Spread.Of(pairs.Select(pair => pair.Own.CpuSecondsPerToken / pair.Sharp.CpuSecondsPerToken)),
        Spread.Of(pairs.Select(pair => pair.Own.PolicySeconds)), Spread.Of(pairs.Select(pair => pair.Sharp.PolicySeconds)),
        Spread.Of(pairs.Select(pair => pair.Sharp.PolicySecondsPerToken / pair.Own.PolicySecondsPerToken)),
        Spread.Of(pairs.Select(pair => pair.Own.BytesPerToken)), Spread.Of(pairs.Select(pair => pair.Sharp.BytesPerToken)));
}
