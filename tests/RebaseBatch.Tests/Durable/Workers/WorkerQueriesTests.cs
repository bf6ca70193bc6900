using RebaseBatch.Durable.Workers;
using Xunit;

namespace RebaseBatch.Tests.Durable.Workers;

public sealed class WorkerQueriesTests(PostgresServer server) : StoreTest(server)
{
    static readonly WorkerHeartbeat s_self = new()
    {
        Host = "host\0", ProcessId = 7, Version = "1", UpSeconds = 100, IsDraining = false, MaxBatches = 2, TokensPerSecond = 12.5,
        Models = [new("policy", "tiny")], Devices = ["CPU: one"], Labels = ["gpu=h200"],
    };

    WorkerStore Store => new(Database.DataSource);
    WorkerQueries Workers => new(Database.DataSource);

    [Fact]
    public async Task A_worker_is_told_with_what_it_says_and_holds()
    {
        await EnqueueAsync(4);
        await Store.ReportAsync("other", [], Ct, s_self with { IsDraining = true });
        var lease = await ClaimOneAsync();
        await Store.ReportAsync("idle", [new("p", null, null, "no file", DateTimeOffset.UnixEpoch)], Ct, s_self);

        var all = await Workers.ListAsync(Ct);
        var owner = await ScalarAsync<string>("SELECT lease_owner FROM batches WHERE batch_id = @BatchId", new { lease.BatchId });
        Assert.Equal(["idle", "other", owner], all.Select(row => row.WorkerId));
        var holder = all.Single(row => row.WorkerId == owner);
        Assert.Equal((WorkerState.Lost, 1, null, null), (holder.State, holder.Batches.Count, holder.SeenAt, holder.Free));
        Assert.NotNull(holder.LeasedUntil);
        var (idle, other) = (all[0], all[1]);
        Assert.Equal((WorkerState.Idle, 2, 12.5, "no file"), (idle.State, idle.Free, idle.TokensPerSecond, idle.Lacks));
        Assert.Equal((WorkerState.Draining, 0), (other.State, other.Free));

        await Store.ReportAsync(owner, [], Ct, s_self);
        var working = (await Workers.ListAsync(Ct)).Single(row => row.WorkerId == owner);
        Assert.Equal((WorkerState.Working, 1, "host\ufffd", 7), (working.State, working.Free, working.Host, working.ProcessId));
        Assert.Equal([new HeldModel("policy", "tiny")], working.Models);
        Assert.Equal(["gpu=h200"], working.Labels);
        Assert.Null(working.OnlyModels);
        Assert.Equal("idle|idle|0 other|draining|0 worker|working|1", await ScalarAsync<string>(
            "SELECT string_agg(worker_id || '|' || state || '|' || batches, ' ' ORDER BY worker_id) FROM v_workers"));
    }

    [Fact]
    public async Task The_start_does_not_tremble_and_a_new_process_has_its_own()
    {
        await Store.ReportAsync("worker", [], Ct, s_self);
        var first = Assert.Single(await Workers.ListAsync(Ct)).StartedAt;
        await Store.ReportAsync("worker", [], Ct, s_self with { UpSeconds = 100.5 });
        Assert.Equal(first, Assert.Single(await Workers.ListAsync(Ct)).StartedAt);
        await Store.ReportAsync("worker", [], Ct, s_self with { UpSeconds = 1 });
        Assert.True(Assert.Single(await Workers.ListAsync(Ct)).StartedAt > first!.Value.AddSeconds(90));
    }

    [Fact]
    public async Task A_worker_that_was_lost_long_ago_is_shown_only_on_request()
    {
        await Store.ReportAsync("worker", [], Ct, s_self);
        await ExecuteAsync("UPDATE workers SET seen_at = now() - interval '2 hours'");

        Assert.Empty(await Workers.ListAsync(Ct));
        Assert.Equal(WorkerState.Lost, Assert.Single(await Workers.ListAsync(Ct, all: true)).State);
    }
}
