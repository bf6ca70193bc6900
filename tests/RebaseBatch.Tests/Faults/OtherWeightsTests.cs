using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class OtherWeightsTests(PostgresServer server)
{
    const int ProblemCount = 6;

    /// <summary>
    /// A worker is killed, the model's name stands for another file, and a second worker starts. It must not mix two policies in one tree,
    /// nor fail the job: a worker that has the file ends it.
    /// </summary>
    [Fact]
    public async Task A_job_gets_no_step_of_other_weights_under_its_models_name_and_goes_on_with_its_own()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var gate = await CheckpointGate.CreateAsync(database);
        var (jobs, ledger) = (new JobStore(database.DataSource), new Ledger(database.DataSource));
        // Whoever enqueues it has no model: the first worker pins it.
        var job = await jobs.EnqueueAsync(
            Problems.Job(width: 4, batchSize: 3) with { Policy = "mine", MaxAttempts = 100 }, await Problems.TakeAsync(ProblemCount),
            default);
        await gate.CloseAtAsync(5);
        await using var killed = Worker("tiny-math-policy-s");
        await gate.KillHeldAsync(killed);
        await gate.OpenAsync();
        var stored = await NodesAsync();
        Assert.NotEmpty(stored);
        var (own, other) = (BundledFile.Sha256("tiny-math-policy-s"), BundledFile.Sha256("tiny-math-policy-m"));

        await using var wrong = Worker("tiny-math-policy-m");
        await wrong.SaysAsync($"is pinned to weights of its policy 'mine' with the SHA-256 {own}, and this worker's file has {other}");
        Assert.Equal(stored, await NodesAsync());
        Assert.False(wrong.HasExited);

        await using var right = Worker("tiny-math-policy-s");
        Assert.Equal(JobState.Completed, (await ledger.EndedAsync(job)).State);
        Assert.Subset(await NodesAsync(), stored);
        await ledger.AssertWholeAsync(ProblemCount, Path.Combine(folder.Path, "results"));
        Assert.Equal(ProblemCount, await ledger.CountAsync($"SELECT count(*) FROM usage WHERE policy_sha256 = '{own}'"));
        // All ran on this machine with one program.
        Assert.Equal(1, await ledger.CountAsync("SELECT count(*) FROM environments"));
        Assert.Equal(ProblemCount, await ledger.CountAsync("SELECT count(*) FROM usage WHERE cardinality(environment_ids) = 1"));
        await AssertShownAsync();

        RebaseProcess Worker(string model) => RebaseProcess.Worker(database.ConnectionString, folder.Path,
            $"Models:mine:Path={Models.PathOf(model)}", "Worker:LeaseSeconds=1", "Worker:RenewSeconds=0.2",
            "Worker:CheckpointMilliseconds=1", "Worker:PollMinMilliseconds=20");

        async Task<HashSet<string>> NodesAsync()
        {
            await using var connection = await database.DataSource.OpenConnectionAsync();
            return [.. await connection.QueryAsync<string>("SELECT n::text FROM nodes n")];
        }

        async Task AssertShownAsync()
        {
            await using var show = RebaseProcess.Start(
                "jobs", "show", $"{job}", "--format", "json", "--database", database.ConnectionString, "--data", folder.Path);
            Assert.Equal(0, await show.ExitAsync());
            Assert.Contains($"\"policy_sha256\": \"{own}\"", show.Output, StringComparison.Ordinal);
            Assert.Matches("\"ran_on\": \"rebase [^\"]*; llama_sharp [^\"]*commit [^\"]*CPU: [^\"]*policy: weights [^\"]*KV cache f16",
                show.Output);
        }
    }
}
