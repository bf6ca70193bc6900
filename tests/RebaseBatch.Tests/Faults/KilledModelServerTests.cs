using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Catalog;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>Workers whose models are on servers, with servers that die.</summary>
public sealed class KilledModelServerTests(PostgresServer server)
{
    const int ProblemCount = 6;

    /// <summary>
    /// Both models' servers are killed in the middle of a job and come back at the same addresses. Nothing that was stored is sampled
    /// again, no attempt is counted, and the job completes.
    /// </summary>
    [Fact]
    public async Task A_job_goes_on_from_its_frontier_when_its_killed_servers_are_back()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var gate = await CheckpointGate.CreateAsync(database);
        var (jobs, ledger) = (new JobStore(database.DataSource), new Ledger(database.DataSource));
        var job = await jobs.EnqueueAsync(
            Problems.Job(width: 4, batchSize: 3) with { Policy = "p", Reward = "r", MaxAttempts = 2 },
            await Problems.TakeAsync(ProblemCount), default);
        ModelServerOptions[] models =
        [
            new(RemoteKind.Vllm, "tiny-math-policy-s", FreePort.Take()), new(RemoteKind.SGLang, "tiny-math-prm", FreePort.Take()),
        ];

        await using var killed = await ModelServerProcess.StartAsync(models);
        await gate.CloseAtAsync(5);
        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path,
        [
            .. Served("p", "vllm", models[0]), .. Served("r", "sglang", models[1]), "Worker:CheckpointMilliseconds=1",
            "Worker:PollMinMilliseconds=20",
        ]);
        await Eventually.TrueAsync(async () => worker.HasExited || await gate.IsHoldingAsync());
        await killed.KillAsync();
        await gate.LetPassAsync();
        await worker.SaysAsync("gets no requests until it answers again");
        var stored = await ledger.StepsAsync();
        Assert.NotEmpty(stored);

        await using var back = await ModelServerProcess.StartAsync(models);
        var progress = await ledger.EndedAsync(job);
        Assert.Equal((JobState.Completed, ProblemCount, 0), (progress.State, progress.Answered, progress.Failed));
        Assert.Subset((await ledger.StepsAsync()).ToHashSet(), stored.ToHashSet());
        await ledger.AssertWholeAsync(ProblemCount, Path.Combine(folder.Path, "results"));
        Assert.Equal(1, await ledger.CountAsync("SELECT max(attempts) FROM usage"));

        // The books: no device seconds, wall seconds, FLOPs by the configured parameters, and what the servers say of themselves.
        Assert.Equal(ProblemCount, await ledger.CountAsync("""
            SELECT count(*) FROM v_usage
            WHERE policy_device_seconds IS NULL AND reward_device_seconds IS NULL AND search_seconds > 0
                AND policy_parameters = 7000000000 AND policy_flops = 2.0 * 7e9 * policy_sampled_tokens AND policy_evaluated_tokens > 0
                AND reward_parameters = 7000000000 AND reward_evaluated_tokens > 0
                AND policy_cached_tokens > 0 AND reward_cached_tokens > 0
            """));
        Assert.Equal(1, await ledger.CountAsync("""
            SELECT count(*) FROM environments
            WHERE content #>> '{policy,server,kind}' = 'vllm' AND content #>> '{policy,server,version}' = '1.2.3'
                AND content #>> '{reward,server,model}' = 'tiny-math-prm' AND content -> 'devices' = '[]'
            """));
    }

    static string[] Served(string name, string kind, ModelServerOptions options) =>
    [
        $"Models:{name}:Endpoint=http://127.0.0.1:{options.Port}", $"Models:{name}:Kind={kind}", $"Models:{name}:Model={options.Model}",
        $"Models:{name}:Parameters=7e9", $"Models:{name}:Vocabulary={Models.PathOf(options.Model)}",
    ];
}
