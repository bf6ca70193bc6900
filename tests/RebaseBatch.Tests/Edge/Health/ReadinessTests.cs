using System.Net;
using Dapper;
using Npgsql;
using Xunit;

namespace RebaseBatch.Tests.Edge.Health;

public sealed class ReadinessTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_worker_is_unready_while_its_database_is_away_and_alive_all_the_time()
    {
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var db = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var worker = await WatchedWorker.StartAsync(db, Folder.Path);
        await ReadyAsync(worker);

        proxy.Refuses = true;
        proxy.CloseAll();
        var checks = await UnreadyAsync(worker, "database");
        Assert.Contains("the database can't be reached", checks["database"].Reason, StringComparison.Ordinal);
        Assert.False(checks["schema"].Ok);
        Assert.True(checks["models"].Ok && checks["renewal"].Ok && checks["worker"].Ok);
        using (var alive = await worker.SendAsync(HttpMethod.Get, "health/live")) Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        // The page is served too, and says what it can't read.
        await Eventually.TrueAsync(async () => (await worker.StatusAsync()).DatabaseError is not null);
        Assert.Contains("""<p class="notice">the database can&#x27;t be reached""", await worker.GetAsync(""), StringComparison.Ordinal);

        proxy.Refuses = false;
        await ReadyAsync(worker);
        await Eventually.TrueAsync(async () => (await worker.StatusAsync()).DatabaseError is null);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_not_waited_for()
    {
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var db = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var worker = await WatchedWorker.StartAsync(db, Folder.Path);
        await ReadyAsync(worker);

        // Each time, because a service that asks first takes the dead connection, and leaves a new one to the probe.
        var checks = await UnreadyAsync(worker, "database", proxy.Swallow);

        Assert.Contains("did not answer within 2 s", checks["database"].Reason, StringComparison.Ordinal);
        // Otherwise the worker's end would wait for answers until the commands time out.
        proxy.CloseAll();
    }

    [Fact]
    public async Task A_schema_that_does_not_fit_is_named_with_the_way_out()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        await ReadyAsync(worker);
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("INSERT INTO schema_migrations (id, name, checksum) VALUES (9999, '9999_of_tomorrow.sql', '')");

        var checks = await UnreadyAsync(worker, "schema");

        Assert.True(checks["database"].Ok);
        Assert.Contains("9999_of_tomorrow.sql", checks["schema"].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notifications_that_were_given_up_are_named_and_leave_the_worker_ready()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        await ReadyAsync(worker);
        Assert.Equal((true, "none was given up"), (await worker.ReadyAsync()).Checks["notifications"]);
        await using (var connection = await Database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                INSERT INTO schedules (name, cron, time_zone, sweep) VALUES ('nightly', '0 1 * * *', 'UTC', '{}');
                INSERT INTO notification_targets (schedule_id, url, form, notify_on)
                    SELECT schedule_id, 'https://example.org', 'slack', 'any' FROM schedules;
                INSERT INTO notifications (target_id, subject, answer, given_up_at, due_at, last_error)
                    SELECT target_id, 's', 'block', now(), NULL, 'gone' FROM notification_targets;
                """);

        var (status, checks) = await worker.ReadyAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((false, "given up: 1 of schedule nightly"), checks["notifications"]);
    }

    [Fact]
    public async Task A_model_that_can_not_be_loaded_makes_unready_until_one_can()
    {
        await using var worker =
            await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options => options.Worker.RetryBackoffSeconds = 0);
        await Jobs.EnqueueAsync(Problems.Job() with { Policy = "/no/such/policy.gguf" }, await Problems.TakeAsync(1), default);
        Assert.Contains("/no/such/policy.gguf", (await UnreadyAsync(worker, "models"))["models"].Reason, StringComparison.Ordinal);

        await Ledger.EndedAsync(await Jobs.EnqueueAsync(Problems.Job(width: 1), await Problems.TakeAsync(1), default));

        await ReadyAsync(worker);
    }

    [Fact]
    public async Task Renewals_that_do_not_get_through_make_unready_once_the_lease_is_over()
    {
        // The gate holds the checkpoints, so that the worker keeps the batch.
        await using var gate = await CheckpointGate.CreateAsync(Database);
        await gate.CloseAtAsync(0);
        // Nobody can lock what the held checkpoint has locked until its command times out: after 3 s here, after 30 s by default.
        await using var db = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { CommandTimeout = 3 });
        await using var worker = await WatchedWorker.StartAsync(
            db, Folder.Path, options => (options.Worker.LeaseSeconds, options.Worker.RenewSeconds) = (1.5, 0.3));
        await Jobs.EnqueueAsync(Problems.Job(width: 1), await Problems.TakeAsync(1), default);
        await Eventually.TrueAsync(gate.IsHoldingAsync);
        await Eventually.TrueAsync(
            async () => (await worker.ReadyAsync()).Checks["renewal"].Reason.Contains("the longest unrenewed lease",
                StringComparison.Ordinal));

        await using (var connection = await Database.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // This locks the rows that a renewal updates.
            await connection.ExecuteAsync("LOCK TABLE batches IN EXCLUSIVE MODE", transaction: transaction);
            Assert.Contains("lasts 2 s", (await UnreadyAsync(worker, "renewal"))["renewal"].Reason, StringComparison.Ordinal);
            await transaction.RollbackAsync();
        }

        await gate.OpenAsync();
        await gate.DropHeldAsync();
        await ReadyAsync(worker);
    }

    [Fact]
    public async Task Result_files_that_can_not_be_written_are_told_until_they_are_and_the_worker_stays_ready()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        await ReadyAsync(worker);
        await Ledger.EndedAsync(await Jobs.EnqueueAsync(Problems.Job(width: 1), await Problems.TakeAsync(1), default));
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        // As a full disk leaves it.
        await connection.ExecuteAsync("""
            INSERT INTO outbox (job_id, batch_no, due_at, attempts, last_error)
            SELECT job_id, 99, now() + interval '1 hour', 3, 'No space left on device' FROM jobs
            """);
        await Eventually.TrueAsync(async () => !(await worker.ReadyAsync()).Checks["results"].Ok);
        var (code, checks) = await worker.ReadyAsync();
        Assert.Equal((HttpStatusCode.OK, "the files of 1 batch or job wait in the database: No space left on device"),
            (code, checks["results"].Reason));
        await Eventually.TrueAsync(async () => (await worker.StatusAsync()).Failures.Any(failure => failure.UnwrittenFiles == 1));
        Assert.Contains("result files not written", await worker.GetAsync(""), StringComparison.Ordinal);

        await connection.ExecuteAsync("DELETE FROM outbox WHERE batch_no = 99");
        await ReadyAsync(worker);
    }

    [Fact]
    public async Task A_process_that_waits_for_its_database_is_alive_and_gets_ready_when_it_comes()
    {
        using var proxy = new TcpProxy(Database.ConnectionString);
        proxy.Refuses = true;
        var port = FreePort.Take();
        await using var process = RebaseProcess.Worker(proxy.ConnectionString, Folder.Path, $"Http:Port={port}");
        await process.SaysAsync("waiting for the database");
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        Assert.Equal(HttpStatusCode.OK, await CodeAsync("health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CodeAsync("health/ready"));

        proxy.Refuses = false;
        await process.SaysAsync("takes batches");
        await Eventually.TrueAsync(async () => await CodeAsync("health/ready") == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(""));
        process.Signal(Signals.Terminate);
        Assert.Equal(0, await process.ExitAsync());

        async Task<HttpStatusCode?> CodeAsync(string path)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
                return response.StatusCode;
            }
            catch (HttpRequestException)
            {
                // Between the stop of one server and the start of the other.
                return null;
            }
        }
    }

    static Task ReadyAsync(WatchedWorker worker) =>
        Eventually.TrueAsync(
            async () => await worker.ReadyAsync() is (HttpStatusCode.OK, { Count: 7 } checks) && checks.Values.All(check => check.Ok));

    /// <summary>Waits until the check is not well.</summary>
    /// <param name="before">Done before each look.</param>
    static async Task<Dictionary<string, (bool Ok, string Reason)>> UnreadyAsync(
        WatchedWorker worker, string check, Action? before = null)
    {
        Dictionary<string, (bool Ok, string Reason)> checks = [];
        await Eventually.TrueAsync(async () =>
        {
            before?.Invoke();
            (var code, checks) = await worker.ReadyAsync();
            return code == HttpStatusCode.ServiceUnavailable && !checks[check].Ok;
        });
        return checks;
    }
}
