using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>What a worker at work records.</summary>
public sealed class WorkerMetricsTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_job_is_in_the_figures_step_by_step()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        using var reading = new MeterReading(worker.Services.GetRequiredService<Meter>());
        var problems = await Problems.TakeAsync(3);
        // No model has room for this one.
        problems = [.. problems.Take(2), problems[2] with { Question = string.Join(' ', Enumerable.Repeat("1 + 1", 20_000)) }];
        await Ledger.EndedAsync(await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 3), problems, default));
        List<MeterReading.Reading> read = [];
        await Eventually.TrueAsync(() =>
        {
            read.AddRange(reading.Take());
            return read.Exists(one => one.Name == "rebasebatch.batch.duration");
        });

        double Sum(string name, string? outcome = null) => read.Where(one => one.Name == name && one.Tag("outcome") == outcome)
            .Sum(one => one.Value);
        double Last(string name) => reading.Take().Last(one => one.Name == name).Value;
        Assert.Equal((2, 1), (Sum("rebasebatch.problems", "solved"), Sum("rebasebatch.problems", "failed")));
        var (nodes, tokens) =
            (await Ledger.CountAsync("SELECT count(*) FROM nodes"), await Ledger.CountAsync("SELECT sum(sampled) FROM nodes"));
        Assert.True(nodes > 0);
        Assert.Equal((nodes, nodes, tokens),
            (Sum("rebasebatch.checkpoint.rows"), Last("rebasebatch.search.steps"), Last("rebasebatch.search.tokens")));
        Assert.Equal((0, 0), (Last("rebasebatch.batches.active"), Last("rebasebatch.searches.active")));
        Assert.Equal("completed", Assert.Single(read, one => one.Name == "rebasebatch.batch.duration").Tag("outcome"));
        Assert.DoesNotContain(read, one => one.Name == "rebasebatch.lease.lost");
    }

    [Fact]
    public async Task A_batch_that_someone_else_took_is_a_lease_lost()
    {
        await using var worker =
            await WorkerInProcess.StartAsync(Database, Folder.Path,
                options => (options.Worker.LeaseSeconds, options.Worker.RenewSeconds) = (30, 0.1));
        using var reading = new MeterReading(worker.Services.GetRequiredService<Meter>());
        await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 6), await Problems.TakeAsync(6), default);
        List<MeterReading.Reading> read = [];
        // Renewed at least once before it is taken.
        await Eventually.TrueAsync(() => Reads("rebasebatch.lease.renew.lag"));
        await using (var connection = await Database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
            await connection.ExecuteAsync(
                "UPDATE batches SET lease_epoch = lease_epoch + 1, lease_owner = 'another', lease_until = now() + interval '1 hour'");

        await Eventually.TrueAsync(() => Reads("rebasebatch.batch.duration"));
        Assert.Equal("lease_lost", Assert.Single(read, one => one.Name == "rebasebatch.batch.duration").Tag("outcome"));
        Assert.Equal(1, Assert.Single(read, one => one.Name == "rebasebatch.lease.lost").Value);
        Assert.All(read.Where(one => one.Name == "rebasebatch.lease.renew.lag"), lag => Assert.InRange(lag.Value, 0, 30));

        bool Reads(string name)
        {
            read.AddRange(reading.Take());
            return read.Exists(one => one.Name == name);
        }
    }
}
