using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

public sealed class EnqueueListenerTests(PostgresServer server) : StoreTest(server)
{
    static readonly TimeSpan s_long = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Enqueueing_wakes_a_waiting_worker()
    {
        await using var listener = await ListeningAsync();
        var wait = listener.WaitAsync(s_long, Ct);
        Assert.False(wait.IsCompleted);
        await EnqueueAsync(1);
        await wait.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Fact]
    public async Task A_job_enqueued_between_two_waits_is_not_missed()
    {
        await using var listener = await ListeningAsync();
        await EnqueueAsync(1);
        await listener.WaitAsync(s_long, Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Fact]
    public async Task A_wait_ends_by_itself()
    {
        await using var listener = await ListeningAsync();
        await listener.WaitAsync(TimeSpan.FromMilliseconds(30), Ct);
    }

    [Fact]
    public async Task A_lost_connection_is_opened_again_without_an_error()
    {
        await using var listener = await ListeningAsync();
        var wait = listener.WaitAsync(s_long, Ct);
        await ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()");
        // Returns once it listens again: what was announced meanwhile is for the caller to look for.
        await wait.WaitAsync(TimeSpan.FromSeconds(30), Ct);

        wait = listener.WaitAsync(s_long, Ct);
        await EnqueueAsync(1);
        await wait.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Fact]
    public async Task Without_a_database_it_waits_like_a_timer()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        await using var listener = new EnqueueListener(nowhere, TimeProvider.System, NullLogger<EnqueueListener>.Instance);
        var start = Stopwatch.StartNew();
        await listener.WaitAsync(TimeSpan.FromMilliseconds(50), Ct);
        Assert.True(start.Elapsed >= TimeSpan.FromMilliseconds(45));
    }

    [Fact]
    public async Task Cancelling_ends_a_wait()
    {
        await using var listener = await ListeningAsync();
        using var stop = new CancellationTokenSource();
        var wait = listener.WaitAsync(s_long, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(TimeSpan.FromSeconds(30), Ct));
    }

    async Task<EnqueueListener> ListeningAsync()
    {
        var listener = new EnqueueListener(Database.DataSource, TimeProvider.System, NullLogger<EnqueueListener>.Instance);
        // The first wait connects and returns.
        await listener.WaitAsync(s_long, Ct);
        return listener;
    }
}
