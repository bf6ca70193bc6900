using System.Text.Json;
using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class LostWorkerTests(PostgresServer server) : WorkerTest(server)
{
    static readonly JobSpec s_spec =
        JobSpec.DefaultsOf(Preset.Corrected, SearchStrategy.Rebase, scored: true) with
        {
            Policy = "tiny-math-policy-s",
            Reward = "tiny-math-prm",
            Width = 64,
            BatchSize = 40,
        };

    [Fact]
    public async Task A_killed_worker_is_listed_as_lost_and_a_stopped_one_is_gone()
    {
        // Leases outlive the test: nobody takes the killed worker's batch.
        string[] Settings(string id) => [$"Worker:Id={id}", "Worker:LeaseSeconds=600", "Worker:RenewSeconds=1", "Http:Port=0"];
        await using var killed = RebaseProcess.Worker(Database.ConnectionString, Folder.Path, Settings("killed"));
        await using var stopped = RebaseProcess.Worker(Database.ConnectionString, Folder.Path, Settings("stopped"));
        await Jobs.EnqueueAsync(s_spec, await Problems.TakeAsync(80), default, new JobOrigin("gsm8k.jsonl"));
        await Eventually.TrueAsync(async () => await ListAsync() is [var one, var other]
            && Text(one, "state") == "working" && Text(other, "state") == "working"
            && Text(one, "models").Length > 0 && Text(other, "models").Length > 0);

        var (first, second) = (await OfAsync("killed"), await OfAsync("stopped"));
        Assert.Equal(("tiny-math-policy-s tiny-math-prm", 0), (Text(first, "models"), first.GetProperty("free").GetInt32()));
        Assert.Matches("^1/[12]$", Text(first, "batches"));
        Assert.NotEqual(Text(first, "batches"), Text(second, "batches"));
        Assert.Equal(Environment.MachineName, Text(first, "host"));
        Assert.NotEqual(first.GetProperty("process").GetInt32(), second.GetProperty("process").GetInt32());
        Assert.NotEmpty(Text(first, "devices"));

        killed.Kill();
        await killed.ExitAsync();
        stopped.Signal(Signals.Terminate);
        Assert.Equal(0, await stopped.ExitAsync());
        var left = Assert.Single(await ListAsync());
        Assert.Equal("killed", Text(left, "worker"));

        // As a minute later: a dead process reports no more.
        await using (var connection = await Database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
            await connection.ExecuteAsync("UPDATE workers SET seen_at = seen_at - interval '1 minute'");
        left = Assert.Single(await ListAsync());
        Assert.Equal(("lost", Text(first, "batches")), (Text(left, "state"), Text(left, "batches")));
        Assert.True(left.GetProperty("seen_seconds_ago").GetDouble() >= 60);
        Assert.Equal(JsonValueKind.Null, left.GetProperty("free").ValueKind);
    }

    async Task<JsonElement> OfAsync(string worker) => (await ListAsync()).Single(row => Text(row, "worker") == worker);

    async Task<JsonElement[]> ListAsync()
    {
        var run = await CommandRun.In(Folder, [], "workers", "list", "--format", "json", "--database", Database.ConnectionString);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        using var json = JsonDocument.Parse(run.Out);
        return [.. json.RootElement.Clone().EnumerateArray()];
    }

    static string Text(JsonElement row, string property) => row.GetProperty(property).GetString() ?? "";
}
