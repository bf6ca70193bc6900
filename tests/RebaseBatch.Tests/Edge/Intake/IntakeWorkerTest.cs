using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Solving;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>A pull loop on a real database and a queue in memory.</summary>
public abstract class IntakeWorkerTest(PostgresServer server) : StoreTest(server)
{
    private protected const string Job =
        """{"version": 1, "job": {"policy": "p", "strategy": "greedy"}, "problems": [{"question": "1?"}]}""";
    private protected const string Remote =
        """{"version": 1, "job": {"policy": "p", "strategy": "greedy"}, "dataset": {"uri": "https://host/a.jsonl"}}""";
    private protected const string Newer = """{"version": 2}""";

    private protected MemoryIntakeQueue Queue { get; } = new(TimeProvider.System, TimeSpan.FromMinutes(1));

    private protected FreeCapacity Vacancy { get; } = new();

    private protected Meter Meter { get; } = new("test");

    private protected static int Called(MemoryIntakeQueue queue, string name) => queue.Calls.ToArray().Count(call => call.Call == name);

    private protected static Task<Dataset> OneProblem() => Task.FromResult(new Dataset([Problem(1)], []));

    private protected Task SendAsync(string id, string body) => Queue.SendAsync(id, Encoding.UTF8.GetBytes(body), Ct);

    private protected Task<long> CountAsync() => ScalarAsync<long>("SELECT count(*) FROM jobs");

    /// <summary>Says again and again, as the main loop does after each look, that a place is free.</summary>
    private protected Task KeepFreeUntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        Vacancy.Set(true);
        return condition();
    });

    private protected async Task<Running> StartAsync(DatasetSource? datasets = null, bool free = true, TimeSpan? pause = null,
        NpgsqlDataSource? db = null, MemoryIntakeQueue? queue = null, TimeSpan? wait = null)
    {
        Vacancy.Set(free);
        var worker = Make(datasets, pause, db, queue, wait);
        await worker.StartAsync(Ct);
        return new(worker);
    }

    private protected IntakeWorker Make(DatasetSource? datasets = null, TimeSpan? pause = null, NpgsqlDataSource? db = null,
        MemoryIntakeQueue? queue = null, TimeSpan? wait = null)
    {
        var store = new IntakeStore(db ?? Database.DataSource);
        var options = new IntakeOptions { PauseMaxSeconds = (pause ?? TimeSpan.FromSeconds(1)).TotalSeconds };
        if (wait is { } hours) options.WaitMaxHours = hours.TotalHours;
        return new IntakeWorker(queue ?? Queue, new(store, datasets ?? ((_, _) => throw new InvalidOperationException())), store,
            Vacancy, new(Meter), options, TimeProvider.System, new(Meter), NullLogger<IntakeWorker>.Instance);
    }

    private protected sealed class Running(IntakeWorker worker) : IAsyncDisposable
    {
        public QueueTrouble? Trouble => worker.Trouble;

        public async Task<HealthCheckResult> HealthAsync() => await new IntakeCheck(worker).CheckHealthAsync(new());

        public async ValueTask DisposeAsync()
        {
            await worker.StopAsync(default);
            worker.Dispose();
        }
    }
}
