using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Sharing;
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

    [Theory]
    [InlineData("cap")]
    [InlineData("uncap")]
    [InlineData("team")]
    [InlineData("no team")]
    public async Task A_changed_cap_or_team_wakes_a_waiting_worker_and_is_an_event(string what)
    {
        var (queue, teams) = (new QueueControl(Database.DataSource), new TeamStore(Database.DataSource));
        await queue.CapAsync("tiny", 1, Ct);
        await teams.SetAsync("evals", 2, 3, unlimited: false, Ct);
        await using var listener = await ListeningAsync();
        var wait = listener.WaitAsync(s_long, Ct);
        Assert.False(wait.IsCompleted);

        var (deed, detail) = what switch
        {
            "cap" => (Deeds.QueueCapped, "tiny: at most 2"),
            "uncap" => (Deeds.QueueUncapped, "tiny"),
            "team" => (Deeds.TeamSet, "evals: weight 4, at most 3"),
            _ => (Deeds.TeamRemoved, "evals"),
        };
        await (what switch
        {
            "cap" => queue.CapAsync("tiny", 2, Ct),
            "uncap" => queue.UncapAsync("tiny", Ct),
            "team" => teams.SetAsync("evals", 4, null, unlimited: false, Ct),
            _ => teams.RemoveAsync("evals", Ct),
        });

        await wait.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal($"{Actor.OfProcess.Name} {deed} {detail}", await ScalarAsync<string>(
            "SELECT who || ' ' || what || ' ' || detail FROM v_events ORDER BY event_id DESC LIMIT 1"));
        // What changes nothing is no event.
        Assert.False(await queue.UncapAsync("never capped", Ct));
        Assert.Equal(3, await ScalarAsync<int>("SELECT count(*) FROM events"));
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
