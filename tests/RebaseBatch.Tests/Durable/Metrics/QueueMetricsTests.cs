using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Durable.Metrics;
using Xunit;

namespace RebaseBatch.Tests.Durable.Metrics;

public sealed class QueueMetricsTests(PostgresServer server) : StoreTest(server)
{
    const string Depth = "rebasebatch.queue.depth", Age = "rebasebatch.queue.oldest_age", Outbox = "rebasebatch.outbox.due",
        Unserved = "rebasebatch.queue.unserved";

    [Fact]
    public async Task What_could_be_claimed_waits_and_nothing_else_does()
    {
        var store = new QueueStore(Database.DataSource);
        Assert.Equal(default, await store.ReadAsync(Ct));

        // Six batches: one in hand, one done, one failed that is due later, three that wait.
        await EnqueueAsync(12);
        await ClaimOneAsync();
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "a fault", TimeSpan.FromHours(1), Ct));
        await ExecuteAsync("UPDATE batches SET run_at = now() - interval '90 seconds' WHERE batch_no = 5");

        var state = await store.ReadAsync(Ct);
        Assert.Equal((3, 1), (state.Depth, state.OutboxDue));
        Assert.InRange(state.OldestSeconds, 90, 120);
    }

    [Fact]
    public async Task A_job_outside_its_window_is_no_backlog()
    {
        await EnqueueAsync(4);
        await ExecuteAsync("UPDATE jobs SET closes_at = now() - interval '1 second'");
        Assert.Equal(default, await new QueueStore(Database.DataSource).ReadAsync(Ct));
    }

    [Fact]
    public async Task It_is_looked_at_only_while_somebody_listens_and_every_few_seconds_only()
    {
        await EnqueueAsync(4);
        var (time, looks, passed) = (new TimerTime(), 0, 0);
        var builder = new NpgsqlDataSourceBuilder(Database.ConnectionString);
        // Without a pool each look is a connection, which can be counted.
        builder.ConnectionStringBuilder.Pooling = false;
        builder.UsePhysicalConnectionInitializer(_ => throw new InvalidOperationException(), _ =>
        {
            Interlocked.Increment(ref looks);
            return Task.CompletedTask;
        });
        await using var db = builder.Build();
        using var meter = new Meter("test");
        using var metrics = new QueueMetrics(meter, new(db), time, new(meter), NullLogger<QueueMetrics>.Instance);
        await metrics.StartAsync(Ct);
        await Eventually.TrueAsync(() => time.Alarms == 1);
        for (var other = 0; other < 20; other++)
        {
            time.Pass(QueueMetrics.Every);
            await ScalarAsync<int>("SELECT 1");
        }
        Assert.Equal(0, looks);

        using var reading = new MeterReading(meter);
        await Eventually.TrueAsync(() =>
        {
            passed++;
            time.Pass(QueueMetrics.Every);
            return reading.Take().Count == 4;
        });
        var read = reading.Take();
        for (var again = 0; again < passed + 50; again++) reading.Take();

        Assert.InRange(looks, 1, passed);
        Assert.Equal([(Outbox, 0), (Depth, 2), (Unserved, 0)],
            read.Where(one => one.Name != Age).Select(one => (one.Name, one.Value)).Order());
        await metrics.StopAsync(Ct);
    }

    [Fact]
    public async Task A_figure_that_can_not_be_renewed_goes_away_and_the_worker_stays()
    {
        var time = new TimerTime();
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var db = NpgsqlDataSource.Create(proxy.ConnectionString);
        using var meter = new Meter("test");
        using var reading = new MeterReading(meter);
        using var metrics = new QueueMetrics(meter, new(db), time, new(meter), NullLogger<QueueMetrics>.Instance);
        await metrics.StartAsync(Ct);
        await Eventually.TrueAsync(() => reading.Take().Count == 4);

        proxy.Refuses = true;
        proxy.CloseAll();
        await Eventually.TrueAsync(() =>
        {
            time.Pass(QueueMetrics.Every);
            return reading.Take().Count == 0;
        });
        Assert.False(metrics.ExecuteTask!.IsCompleted);

        proxy.Refuses = false;
        await Eventually.TrueAsync(() =>
        {
            time.Pass(QueueMetrics.Every);
            return reading.Take().Count == 4;
        });
        await metrics.StopAsync(Ct);
    }
}
