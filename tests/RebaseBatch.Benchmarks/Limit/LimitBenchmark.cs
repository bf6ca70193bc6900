using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Engine;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>
/// <c>limit</c> (<see cref="LimitArguments.Help"/>): the time that a job's tokens take at the best rates of this machine, over the time
/// that the job takes. The rates are llama.cpp's alone: nothing is drawn, searched or scheduled.
/// </summary>
static class LimitBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help"])
        {
            Console.WriteLine(LimitArguments.Help);
            return 0;
        }

        var options = LimitArguments.Read(args);
        var inference = EngineModels.Options(options.Runtime, lanes: 0, options.FlashAttention);
        var loader = new ModelLoader(inference, NullLoggerFactory.Instance);
        using var files = new EngineModels();
        using var policy = await loader.LoadPolicyAsync(EngineModels.Profile(files.Policy(options.Models)), default);
        using var reward = await loader.LoadRewardAsync(EngineModels.Profile(files.Reward(options.Models)), default);
        using var models = new ModelLease(policy, reward, () => { }) { Environment = loader.EnvironmentOf(policy, reward) };
        var cores = ContextLayout.ThreadsInAll(inference, Environment.ProcessorCount);
        var reports = new List<LimitReport>();
        foreach (var width in options.Widths)
        {
            var work = EngineModels.Work(options.Models, width, Problems(options, width));
            var jobs = new LimitRounds(work, models, inference, cores)
            {
                // With random weights a problem takes seconds.
                FewLayouts = options.IsRandom, LoneProblems = options.IsRandom ? 1 : 16,
                // A worker runs for days. After 16 problems the runtime still compiled code for a tenth of the job's time.
                WarmUp = options.IsRandom ? EngineModels.Work(options.Models, 4, problems: 1) : work,
            };
            var rounds = new List<LimitRound>();
            for (var repeat = 0; repeat < options.Repeats; repeat++) rounds.Add(await jobs.NextAsync());
            reports.Add(new(jobs.Work, rounds, options.Pieces ? await jobs.PiecesAsync() : []));
        }

        Console.WriteLine(LimitReport.Head);
        foreach (var report in reports) Console.WriteLine(report.Row());
        foreach (var line in reports.SelectMany(report => report.Lines())) Console.WriteLine(line);
        return 0;
    }

    static int Problems(LimitArguments options, int width) =>
        options.Problems > 0 ? options.Problems : Math.Max(2, (options.IsRandom ? 128 : 960) / width);
}
