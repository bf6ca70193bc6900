using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Platform.Postgres;
using Xunit;

namespace RebaseBatch.Tests.Durable.Leases;

public sealed class LeaseKeeperTests(PostgresServer server) : StoreTest(server)
{
    static readonly TimeSpan s_lease = TimeSpan.FromSeconds(6), s_renew = TimeSpan.FromSeconds(0.3);

    [Fact]
    public async Task A_dead_connection_does_not_cost_the_lease_while_the_server_answers()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync(s_lease);
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var keeping = new Keeping(proxy, lease);
        await RenewedAsync();

        proxy.Swallow();

        await RenewedAsync();
        await RenewedAsync();
        Assert.False(keeping.Task.IsCompleted);
    }

    /// <summary>As a worker's: two batches, and one connection for the renewals of both.</summary>
    [Fact]
    public async Task A_dead_connection_costs_no_lease_though_it_is_the_only_one()
    {
        await EnqueueAsync(2 * Spec.BatchSize);
        var length = TimeSpan.FromSeconds(6);
        var leases = await Leases.ClaimAsync("worker", 2, length, Ct);
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var db = DatabaseSources.CreateForLeases(proxy.ConnectionString, most: 1, identity: null);
        await using var one = new Keeping(db, leases[0], length, TimeSpan.FromSeconds(1));
        await using var two = new Keeping(db, leases[1], length, TimeSpan.FromSeconds(1));
        await RenewedAsync();

        proxy.Swallow();

        var at = await ScalarAsync<DateTime>("SELECT now()");
        await Eventually.TrueAsync(async () =>
        {
            Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM batches WHERE lease_until < now()"));
            // Both were renewed again.
            return await ScalarAsync<bool>(
                "SELECT min(lease_until) > @At + interval '9 seconds' FROM batches", new { At = at });
        });
        Assert.Equal((false, false), (one.Task.IsCompleted, two.Task.IsCompleted));
    }

    [Fact]
    public async Task An_outage_longer_than_the_lease_does_not_cost_a_batch_that_nobody_took()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync(TimeSpan.FromSeconds(1));
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var keeping = new Keeping(proxy, lease, TimeSpan.FromSeconds(1));
        await RenewedAsync();

        proxy.Refuses = true;
        proxy.CloseAll();
        await Eventually.TrueAsync(() => ScalarAsync<bool>("SELECT lease_until < now() - interval '0.3 seconds' FROM batches"));
        Assert.False(keeping.Task.IsCompleted);
        proxy.Refuses = false;

        await RenewedAsync();
        Assert.False(keeping.Task.IsCompleted);
    }

    [Fact]
    public async Task A_batch_that_was_taken_in_an_outage_is_lost_when_the_database_says_so()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        await ClaimOneAsync();
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var keeping = new Keeping(proxy, lease);
        Assert.Equal(LeaseState.Lost, await keeping.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct));
    }

    /// <summary>Waits until the end of the lease has moved.</summary>
    async Task RenewedAsync()
    {
        const string Earliest = "SELECT min(lease_until) FROM batches";
        var before = await ScalarAsync<DateTime>(Earliest);
        await Eventually.TrueAsync(async () => await ScalarAsync<DateTime>(Earliest) > before);
    }

    /// <summary>A keeper at work, its connections through the proxy.</summary>
    sealed class Keeping : IAsyncDisposable
    {
        readonly NpgsqlDataSource _db;
        readonly CancellationTokenSource _stop = new();
        readonly Meter _meter = new("test");

        internal Keeping(TcpProxy proxy, BatchLease lease, TimeSpan? length = null)
            : this(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(proxy.ConnectionString) { CommandTimeout = 3 }),
                lease, length ?? s_lease, s_renew)
        {
        }

        internal Keeping(NpgsqlDataSource db, BatchLease lease, TimeSpan length, TimeSpan renew)
        {
            _db = db;
            Task = new LeaseKeeper(new(db), length, renew, new(_meter), TimeProvider.System, NullLogger.Instance)
                .KeepAsync(lease, _stop.Token);
        }

        internal Task<LeaseState> Task { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await ((System.Threading.Tasks.Task)Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _db.DisposeAsync();
            _stop.Dispose();
            _meter.Dispose();
        }
    }
}
