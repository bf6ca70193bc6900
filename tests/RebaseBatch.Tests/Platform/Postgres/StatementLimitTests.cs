using Dapper;
using Npgsql;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Metrics;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Postgres;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres;

public sealed class StatementLimitTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_report_waits_longer_than_the_statements_of_the_work_and_of_leases()
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        await using var work = DatabaseSources.Create(Database.ConnectionString, "rebase", 1, identity: null);
        await using var pages = DatabaseSources.Create(Database.ConnectionString, "rebase pages", 1, identity: null);
        await using var leases = DatabaseSources.CreateForLeases(Database.ConnectionString, 1, identity: null);
        Task<MeasuredJob?> report;
        await using (var obstacle = await Database.DataSource.OpenConnectionAsync(Ct))
        {
            await obstacle.ExecuteAsync("BEGIN; LOCK TABLE jobs, batches, problems IN ACCESS EXCLUSIVE MODE");
            report = new ReportQueries(pages).JobAsync(job, Ct);
            var reading = new QueueStore(work).ReadAsync(Ct);
            var renewal = await Assert.ThrowsAsync<NpgsqlException>(() => new LeaseStore(leases).RenewAsync(lease, Ttl, Ct));
            Assert.IsType<TimeoutException>(renewal.InnerException);
            Assert.False(reading.IsCompleted);
            Assert.IsType<TimeoutException>((await Assert.ThrowsAsync<NpgsqlException>(() => reading)).InnerException);
            // It has waited longer than the reading, which began after it.
            Assert.False(report.IsCompleted);
        }

        Assert.Equal(job, (await report)?.JobId);
    }
}
