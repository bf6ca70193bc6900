using RebaseBatch.Durable.Workers;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Output;

/// <summary>One database with something to show for every command that writes a table.</summary>
public sealed class TableBench(PostgresServer server) : IAsyncLifetime
{
    readonly Dictionary<(TableCommand, string), CommandRun> _runs = [];

    /// <summary>The output for programs, which is the same on every terminal.</summary>
    internal async Task<CommandRun> OnceAsync(TableCommand command, string format, Func<Task<CommandRun>> run) =>
        _runs.TryGetValue((command, format), out var known) ? known : _runs[(command, format)] = await run();

    internal CommandBench Bench { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Bench = await CommandBench.CreateAsync(server);
        await Bench.EnqueueAsync(8, "--name", "the first night with rather a long name");
        await Bench.AnswerAllAsync(problem => problem.Ordinal == 0 ? null : problem.Ordinal == 1 ? "wrong" : problem.Spec.GoldAnswer);
        await Bench.EnqueueAsync(8, "--strategy", "sampling", "--name", "数学の問題 é\u0301");
        await Bench.AnswerAllAsync(problem => problem.Ordinal < 6 ? problem.Spec.GoldAnswer : "wrong");
        Bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies: [rebase]
            """);
        Bench.Folder.Write("plan.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s, tiny-math-policy-m]
            rewards: [tiny-math-prm]
            strategies: [{strategy: rebase, widths: [4, 16]}, {strategy: sampling, widths: [16]}]
            """);
        await OkAsync("jobs", "enqueue", "--sweep", "night.yaml");
        await Bench.AnswerAllAsync(problem => problem.Ordinal > 0 ? problem.Spec.GoldAnswer : "wrong");
        await OkAsync("schedules", "add", "nightly", "--cron", "0 1 * * *", "--sweep", "night.yaml", "--baseline", "1", "--fresh",
            "--notify", "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd");
        await OkAsync("schedules", "run-now", "nightly");
        await new WorkerStore(Bench.DataSource).ReportAsync("a-pod-with-rather-a-long-name-7d9f:1", [], default, new()
        {
            Host = "a-pod-with-rather-a-long-name-7d9f", ProcessId = 1, Version = "0.9.0", UpSeconds = 100, IsDraining = false,
            MaxBatches = 2, TokensPerSecond = 1234, Models = [new("policy", "tiny-math-policy-s")], Devices = ["CUDA0: NVIDIA H200"],
        });
        // All tables take more than a minute on a busy machine, and by then it would be lost.
        await using (var later = Bench.DataSource.CreateCommand("UPDATE workers SET seen_at = now() + interval '1 hour'"))
            await later.ExecuteNonQueryAsync();
        await Bench.AnswerAllAsync(problem => problem.Ordinal > 1 ? problem.Spec.GoldAnswer : "wrong");
    }

    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    async Task OkAsync(params string[] args)
    {
        var run = await Bench.RunAsync(args);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
    }
}
