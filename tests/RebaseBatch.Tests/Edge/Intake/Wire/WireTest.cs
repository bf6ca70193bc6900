using Dapper;
using Npgsql;
using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake.Wire;

/// <summary>
/// A queue, a database and a folder for one test: messages travel over the wire by the real SDK, and whole workers make jobs of them.
/// </summary>
public abstract class WireTest(PostgresServer server, ServiceBusBroker broker) : IAsyncLifetime, IClassFixture<ServiceBusBroker>
{
    private protected static readonly TimeSpan LockDuration = TimeSpan.FromMinutes(5);

    /// <summary>A job of one bundled problem, solved in milliseconds.</summary>
    private protected const string Job = """
        {"version": 1, "job": {"policy": "tiny-math-policy-s", "strategy": "greedy"},
         "problems": [{"custom_id": "p", "question": "Compute 3 + 4."}]}
        """;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected ServiceBusBroker Broker => broker;

    private protected BrokerEntity Queue { get; private set; } = null!;

    private protected TestDatabase Database { get; private set; } = null!;

    private protected TemporaryFolder Folder { get; } = new();

    private protected Ledger Ledger => new(Database.DataSource);

    public async ValueTask InitializeAsync()
    {
        Database = await server.CreateDatabaseAsync();
        Queue = broker.Add(new() { LockDuration = LockDuration });
    }

    public async ValueTask DisposeAsync()
    {
        broker.Thaw();
        broker.Remove(Queue);
        await Database.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts messages into the queue, also while the broker is away.</summary>
    private protected void Send(params IEnumerable<string> ids)
    {
        foreach (var id in ids) Queue.Send(RawProducer.Message(RawBody.Data, Job, id));
    }

    private protected Task<WorkerInProcess> WorkerAsync(Action<RebaseOptions>? configure = null) =>
        WorkerInProcess.StartAsync(Database.DataSource, Folder.Path, options => Configure(options, configure));

    private protected void Configure(RebaseOptions options, Action<RebaseOptions>? configure = null)
    {
        options.Intake = broker.Intake(Queue);
        options.Intake.PauseMaxSeconds = 1;
        options.Worker.PollMaxMilliseconds = 100;
        configure?.Invoke(options);
    }

    /// <summary>The settings of a worker's process, beside those of <see cref="RebaseProcess.Worker"/>.</summary>
    private protected string[] Settings =>
        ["Intake:Kind=ServiceBus", $"Intake:ConnectionString={broker.ConnectionString}", $"Intake:Queue={Queue.Name}",
            "Intake:PauseMaxSeconds=1"];

    private protected Task<long> CountAsync() => Ledger.CountAsync("SELECT count(*) FROM jobs");

    /// <summary>Sends messages and waits until a worker has one of them in hand. It can store no job until this is disposed.</summary>
    private protected async Task<NpgsqlConnection> InHandAsync(params IEnumerable<string> ids)
    {
        var holder = await Database.DataSource.OpenConnectionAsync(Ct);
        await holder.ExecuteAsync("BEGIN; LOCK TABLE jobs IN SHARE MODE");
        Send(ids);
        await Eventually.TrueAsync(() => holder.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'jobs'::regclass AND NOT granted)"));
        return holder;
    }

    /// <summary>Waits until the queue has no message and the database has a job for each; none was put aside.</summary>
    private protected async Task TakenAsync(int jobs)
    {
        await BrokerAsync(() => Queue.Count == 0);
        Assert.True(Queue.DeadLetters!.Count == 0, $"{Queue.DeadLetters!.Count} put aside:\n{broker.Notes}");
        Assert.Equal(jobs, await CountAsync());
    }

    /// <summary>Waits for what the broker comes to; a failure shows what it saw.</summary>
    private protected async Task BrokerAsync(Func<bool> condition)
    {
        try
        {
            await Eventually.TrueAsync(condition);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{Queue.Count} messages, {Queue.Locked} locked, {Queue.DeadLetters!.Count} put aside:\n{broker.Notes}");
        }
    }

    private protected Task HappenedAsync(BrokerFault fault, int times = 1) => BrokerAsync(() => Queue.Faults.Happened(fault) == times);
}
