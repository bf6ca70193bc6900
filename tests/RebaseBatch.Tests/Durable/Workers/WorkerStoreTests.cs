using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Metrics;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Durable.Workers;
using Xunit;

namespace RebaseBatch.Tests.Durable.Workers;

public sealed class WorkerStoreTests(PostgresServer server) : StoreTest(server)
{
    static readonly DateTimeOffset s_later = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    WorkerStore Workers => new(Database.DataSource);

    [Theory]
    [InlineData("tiny", null, false)]
    [InlineData(null, "tiny-prm", false)]
    [InlineData(null, null, true)]
    public async Task A_job_that_no_running_worker_can_serve_says_why(string? policy, string? reward, bool byJob)
    {
        var job = await EnqueueAsync(4);
        Assert.Null((await ProgressAsync(job)).UnservedBecause);
        var lack = new WorkerLack(policy, reward, byJob ? job : null, "no such file: copy it", s_later);

        await Workers.ReportAsync("b", [lack], Ct);
        await Workers.ReportAsync("a", [new("another", null, null, "irrelevant", s_later), lack], Ct);

        var progress = await ProgressAsync(job);
        Assert.Equal("a: no such file: copy it; b: no such file: copy it", progress.UnservedBecause);
        Assert.Contains("no worker can serve it: a: no such file", JobRemarks.Of(progress), StringComparison.Ordinal);
        Assert.Equal((2, 2), await UnservedAsync());

        await Workers.ReportAsync("b", [], Ct);
        Assert.Null((await ProgressAsync(job)).UnservedBecause);
        Assert.Equal((2, 0), await UnservedAsync());
    }

    [Fact]
    public async Task A_job_whose_needs_or_models_no_running_worker_serves_says_so()
    {
        var needing = await EnqueueAsync(2, Spec with { Needs = LabelSet.Read(["gpu=h200", "pool"]).Labels });
        var plain = await EnqueueAsync(2);
        await Workers.ReportAsync("a", [], Ct, s_self with { Labels = ["gpu=l4", "pool=night"] });
        await Workers.ReportAsync("b", [], Ct, s_self with { OnlyModels = ["tiny", "other"] });

        var progress = await ProgressAsync(needing);
        Assert.Equal("a: it lacks the label gpu=h200; b: it serves only tiny, other", progress.UnservedBecause);
        Assert.Contains("no worker can serve it: a: it lacks the label gpu=h200", JobRemarks.Of(progress), StringComparison.Ordinal);
        Assert.Null((await ProgressAsync(plain)).UnservedBecause);
        Assert.Equal((2, 1), await UnservedAsync());
        Assert.Equal(1, (await new QueueControl(Database.DataSource).ReadAsync(Ct)).Unserved);

        await Workers.ReportAsync("b", [], Ct, s_self with { OnlyModels = ["tiny", "tiny-prm"], Labels = ["gpu=h200", "pool"] });
        Assert.Null((await ProgressAsync(needing)).UnservedBecause);
        await Workers.RemoveAsync("b", Ct);
        Assert.NotNull((await ProgressAsync(needing)).UnservedBecause);
        // One of before the labels, which says nothing of itself.
        await Workers.ReportAsync("old", [], Ct);
        Assert.Equal("a: it lacks the label gpu=h200; old: it lacks the label gpu=h200, pool",
            (await ProgressAsync(needing)).UnservedBecause);
    }

    static readonly WorkerHeartbeat s_self = new()
    {
        Host = "host", ProcessId = 7, Version = "1", UpSeconds = 1, IsDraining = false, MaxBatches = 2, TokensPerSecond = 0, Models = [],
        Devices = [],
    };

    [Fact]
    public async Task A_worker_that_has_stopped_or_was_killed_serves_nobody()
    {
        var job = await EnqueueAsync(2);
        await Workers.ReportAsync("lacking", [new("tiny", null, null, "no file", s_later)], Ct);
        await Workers.ReportAsync("healthy", [], Ct);
        Assert.Null((await ProgressAsync(job)).UnservedBecause);

        await ExecuteAsync("UPDATE workers SET seen_at = now() - interval '61 seconds' WHERE worker_id = 'healthy'");
        Assert.Equal("lacking: no file", (await ProgressAsync(job)).UnservedBecause);
        await Workers.RemoveAsync("lacking", Ct);
        Assert.Null((await ProgressAsync(job)).UnservedBecause);

        await ExecuteAsync("UPDATE workers SET seen_at = now() - interval '25 hours'");
        await Workers.ReportAsync("new", [], Ct);
        Assert.Equal(1, await ScalarAsync<int>("SELECT count(*) FROM workers"));
    }

    [Fact]
    public async Task A_job_that_a_worker_holds_is_served()
    {
        var job = await EnqueueAsync(4);
        await ClaimOneAsync();
        await Workers.ReportAsync("lacking", [new("tiny", null, null, "no file", s_later)], Ct);
        Assert.Null((await ProgressAsync(job)).UnservedBecause);
    }

    async Task<(long Depth, long Unserved)> UnservedAsync()
    {
        var state = await new QueueStore(Database.DataSource).ReadAsync(Ct);
        return (state.Depth, state.Unserved);
    }
}
