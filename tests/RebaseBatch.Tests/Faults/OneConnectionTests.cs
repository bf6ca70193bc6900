using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Platform.Postgres;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>
/// No code opens a connection while it holds one of the same pool. With one connection that would wait for itself until the pool gives up.
/// </summary>
public sealed class OneConnectionTests(PostgresServer server) : WorkerTest(server)
{
    const string PoolGaveUp = "The connection pool has been exhausted";

    // A job by hand and the two of the schedule.
    const int JobCount = 3, ProblemCount = DueSchedule.Problems + 4;

    string Scarce => new NpgsqlConnectionStringBuilder(Database.ConnectionString) { MaxPoolSize = 1, Timeout = 5 }.ConnectionString;

    [Fact]
    public async Task A_worker_process_solves_schedules_writes_files_and_shows_its_page_and_reports()
    {
        await BeginAsync();
        var port = FreePort.Take();
        await using var worker = RebaseProcess.Worker(
            Scarce, Folder.Path, $"Http:Port={port}", "Worker:MaxBatches=2", "Worker:SchedulePollSeconds=0.2");
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        await Eventually.TrueAsync(() => IsUpAsync(client, worker));
        await ServedAsync(client);

        await AssertSolvedAsync(Path.Combine(Folder.Path, "results"));
        await ReportedAsync(client);
        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync());
        Assert.DoesNotContain(PoolGaveUp, worker.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_service_of_a_worker_meets_a_fault()
    {
        await BeginAsync();
        await using var work = NpgsqlDataSource.Create(Scarce);
        await using var leases = NpgsqlDataSource.Create(Scarce);
        await using var pages = NpgsqlDataSource.Create(Scarce);
        var port = FreePort.Take();
        await using var worker = await WorkerInProcess.StartAsync(new ConnectionPools(work, leases, pages), Folder.Path, options =>
        {
            options.Http.Port = port;
            (options.Worker.SchedulePollSeconds, options.Worker.RenewSeconds) = (0.2, 0.2);
        });
        using var faults = new MeterReading(worker.Services.GetRequiredService<Meter>());
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        await ServedAsync(client);

        await AssertSolvedAsync(Folder.Path);
        await ReportedAsync(client);
        Assert.DoesNotContain(faults.Take(), reading => reading.Name == "rebasebatch.service.faults");
    }

    /// <summary>A schedule that is due, a job that no worker can read at the queue's head, and one that they can.</summary>
    async Task BeginAsync()
    {
        await DueSchedule.AddAsync(Database, hours: null);
        var problems = await Problems.TakeAsync(4);
        var newer = await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 1), problems, default);
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("UPDATE jobs SET spec = spec || '{\"new_knob\": 3}' WHERE job_id = @newer", new { newer });
        await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 2), problems, default);
    }

    static async Task<bool> IsUpAsync(HttpClient client, RebaseProcess worker)
    {
        Assert.False(worker.HasExited, worker.Stderr);
        try
        {
            using var answer = await client.GetAsync("api/status.json");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Looks at the worker's page until all jobs have ended.</summary>
    async Task ServedAsync(HttpClient client)
    {
        await Eventually.TrueAsync(async () =>
        {
            var status = JsonSerializer.Deserialize(await client.GetStringAsync("api/status.json"), DashboardJson.Default.WorkerStatus)!;
            Assert.Null(status.DatabaseError);
            return await Ledger.CountAsync("SELECT count(*) FROM jobs WHERE state = 'completed'") == JobCount;
        });
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM outbox") == 0);
    }

    async Task AssertSolvedAsync(string results)
    {
        await Ledger.AssertNothingFalseAsync(new FolderResultBlobs(results));
        Assert.Equal(ProblemCount, await Ledger.CountAsync("SELECT count(*) FROM answers WHERE error IS NULL"));
    }

    static async Task ReportedAsync(HttpClient client)
    {
        foreach (var path in (string[])["reports/newest", "reports/sweeps/1", "fragment", "health/ready"])
        {
            using var answer = await client.GetAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
