using System.Text;
using Dapper;
using Npgsql;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>What the pull loop decides, on a real database and a queue in memory.</summary>
public sealed class IntakeWorkerTests(PostgresServer server) : IntakeWorkerTest(server)
{
    [Fact]
    public async Task A_message_is_completed_after_its_job_is_stored()
    {
        var jobsAtCompletion = -1L;
        Queue.Fault = call =>
        {
            if (call == "complete") jobsAtCompletion = Jobs1();
            return null;
        };
        await using var worker = await StartAsync();
        await SendAsync("m", Job);
        await Eventually.TrueAsync(() => Queue.Count == 0);
        Assert.Equal(1, jobsAtCompletion);
        Assert.Empty(Queue.DeadLetters);

        long Jobs1()
        {
            using var connection = Database.DataSource.OpenConnection();
            return connection.ExecuteScalar<long>("SELECT count(*) FROM jobs");
        }
    }

    [Fact]
    public async Task What_became_of_each_message_is_measured()
    {
        using var reading = new MeterReading(Meter);
        await using var worker = await StartAsync();
        foreach (var (id, body) in new[] { ("m", Job), ("poison", "no json") })
        {
            await SendAsync(id, body);
            await KeepFreeUntilAsync(() => Queue.Count == 0);
        }
        List<MeterReading.Reading> measured = [];
        await Eventually.TrueAsync(() =>
        {
            measured.AddRange(reading.Take());
            return measured.Count == 2;
        });
        Assert.All(measured, one => Assert.Equal(("messaging.process.duration", "servicebus"), (one.Name, one.Tag("messaging.system"))));
        Assert.Equal(["accepted", "refused"], measured.Select(one => one.Tag("outcome")));
    }

    [Fact]
    public async Task Nothing_is_received_while_no_place_is_free()
    {
        Vacancy.Set(false);
        await SendAsync("m", Job);
        await using var worker = await StartAsync(free: false);
        await SendAsync("other", Job);
        Assert.Empty(Queue.Calls);
        Vacancy.Set(true);
        await Eventually.TrueAsync(() => Queue.Count == 1);
        // The job it made is due first: the next message waits until the main loop has looked again.
        Assert.Equal([("receive", "m"), ("complete", "m")], Queue.Calls);
        Vacancy.Set(true);
        await Eventually.TrueAsync(() => Queue.Count == 0);
    }

    [Fact]
    public async Task A_completion_that_fails_after_the_commit_makes_no_second_job()
    {
        var failures = 2;
        Queue.Fault = call =>
        {
            if (call != "complete" || --failures < 0) return null;
            Queue.LoseLocks();
            return new IOException("the link is detached");
        };
        await SendAsync("m", Job);
        await using var worker = await StartAsync();
        await KeepFreeUntilAsync(() => Queue.Count == 0);
        Assert.Equal(1, await CountAsync());
        Assert.Equal(3, Queue.Calls.Count(call => call.Call == "receive"));
    }

    [Fact]
    public async Task A_lock_that_is_lost_while_the_dataset_is_fetched_makes_no_second_job()
    {
        var fetches = 0;
        await SendAsync("m", Remote);
        await using var worker = await StartAsync((_, _) =>
        {
            if (Interlocked.Increment(ref fetches) == 1) Queue.LoseLocks();
            return OneProblem();
        });
        await KeepFreeUntilAsync(() => Queue.Count == 0);
        Assert.Equal((1, 1), (fetches, await CountAsync()));
        Assert.Equal([("receive", "m"), ("receive", "m"), ("complete", "m")], Queue.Calls);
    }

    [Fact]
    public async Task A_lock_is_renewed_while_the_dataset_is_fetched()
    {
        var queue = new MemoryIntakeQueue(TimeProvider.System, TimeSpan.FromSeconds(3));
        await queue.SendAsync("m", Encoding.UTF8.GetBytes(Remote), Ct);
        await using var worker = await StartAsync(async (_, ct) =>
        {
            await Eventually.TrueAsync(() => Called(queue, "renew") >= 2);
            return await OneProblem();
        }, queue: queue);
        await Eventually.TrueAsync(() => queue.Count == 0);
        Assert.Equal(1, Called(queue, "receive"));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_poisoned_message_is_put_aside_and_the_next_is_taken()
    {
        await SendAsync("poison", """{"version": 1, "job": {"policy": "p", "widht": 4}, "problems": [{"question": "1?"}]}""");
        await SendAsync("good", Job);
        await using var worker = await StartAsync();
        await KeepFreeUntilAsync(() => Queue.Count == 0);
        var (id, reason, detail) = Assert.Single(Queue.DeadLetters);
        Assert.Equal(("poison", "MalformedMessage"), (id, reason));
        Assert.Contains("is it width?", detail, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_detail_is_cut_to_what_a_dead_letter_holds()
    {
        await SendAsync("poison",
            $$"""{"version": 1, "job": {"policy": "p", "{{new string('x', 10_000)}}": 4}, "problems": [{"question": "1?"}]}""");
        await using var worker = await StartAsync();
        await KeepFreeUntilAsync(() => Queue.Count == 0);
        Assert.Equal(4096, Assert.Single(Queue.DeadLetters).Detail.Length);
    }

    [Fact]
    public async Task While_the_database_is_away_the_message_goes_back_and_no_other_is_touched()
    {
        await using var own = await OwnPostgres.StartedAsync();
        var first = await own.StartAsync(Ct);
        await using (var setup = NpgsqlDataSource.Create(first.ConnectionString)) await new Migrator(setup).MigrateAsync(Ct);
        await using var db =
            NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(first.ConnectionString) { Timeout = 2 }.ConnectionString);
        await own.KillAsync();
        var receivedWhileAway = 0;
        Queue.Fault = call =>
        {
            if (call == "receive" && own.Postmaster is null) receivedWhileAway++;
            return null;
        };
        await SendAsync("m", Job);
        await SendAsync("n", Job);
        await using var worker = await StartAsync(db: db);
        await Eventually.TrueAsync(() => Called(Queue, "abandon") == 1);
        await own.StartAsync(Ct);
        await KeepFreeUntilAsync(() => Queue.Count == 0);
        Assert.Equal(1, receivedWhileAway);
        Assert.Empty(Queue.DeadLetters);
    }

    [Fact]
    public async Task AQueue_that_is_away_is_asked_again()
    {
        var failures = 3;
        Queue.Fault = call => call == "receive" && Interlocked.Decrement(ref failures) >= 0 ? new IOException("away") : null;
        await SendAsync("m", Job);
        await using var worker = await StartAsync(pause: TimeSpan.Zero);
        await Eventually.TrueAsync(() => Queue.Count == 0);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_stop_gives_the_message_in_hand_back_at_once()
    {
        var fetching = new TaskCompletionSource();
        await SendAsync("m", Remote);
        await using (var worker = await StartAsync(async (_, ct) =>
        {
            fetching.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return await OneProblem();
        }))
        {
            await fetching.Task.WaitAsync(TimeSpan.FromMinutes(1), Ct);
        }
        Assert.Equal([("receive", "m"), ("abandon", "m")], Queue.Calls);
        Assert.Equal(0, await CountAsync());
    }
}
