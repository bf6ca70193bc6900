using System.Diagnostics;
using System.Net;
using System.Text;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake.Wire;

/// <summary>Real workers and the real client on a queue that gives them trouble.</summary>
public sealed class HeldMessageWireTests(PostgresServer server, ServiceBusBroker broker)
    : WorkerTest(server), IClassFixture<ServiceBusBroker>
{
    const string Job = """{"version": 1, "job": {"policy": "p", "strategy": "greedy"}, "problems": [{"question": "1?"}]}""";
    const string Newer = """{"version": 2}""";

    [Fact]
    public async Task A_good_message_behind_three_newer_ones_is_taken_soon_and_a_stop_gives_those_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        var queue = broker.Add();
        Send(queue, ("newer-1", Newer), ("newer-2", Newer), ("newer-3", Newer), ("good", Job));
        await using var worker = RebaseProcess.Worker(Database.ConnectionString, Folder.Path, Settings(queue));
        await worker.SaysAsync("also takes jobs from");
        var watch = Stopwatch.StartNew();
        await worker.SaysAsync("message good is job");
        // Half a second on an idle machine, where 10 s are promised.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => queue.Count == 3);
        Assert.Equal(3, queue.Locked);

        worker.Signal(Signals.Terminate);
        Assert.Equal(0, await worker.ExitAsync());
        Assert.Equal((3, 0, 0), (queue.Count, queue.Locked, queue.DeadLetters!.Count));
    }

    [Fact]
    public async Task A_worker_whose_queue_is_frozen_gives_its_batch_back_at_once_and_exits_0()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        using var own = new ServiceBusBroker();
        var queue = own.Add();
        Send(queue, ("newer", Newer));
        // The lease is so long that only a release can hand the batch over. With one batch of two the worker also asks for messages.
        await using var worker = RebaseProcess.Worker(Database.ConnectionString, Folder.Path,
            [.. Settings(queue, own), "Worker:LeaseSeconds=3000", "Worker:MaxBatches=2"]);
        await worker.SaysAsync("message newer can't become a job now");
        await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 6), await Problems.TakeAsync(6), default);
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM nodes") > 0);

        own.Freeze();
        var watch = Stopwatch.StartNew();
        worker.Signal(Signals.Terminate);
        await worker.SaysAsync(": drained");
        var drained = watch.Elapsed;
        Assert.Equal(0, await worker.ExitAsync());

        // The batch waits for no answer of the queue, and the process for none longer than 5 s: 0.1 s and 6.7 s on an idle machine. The
        // client's own patience is 40 s for one call.
        Assert.InRange(drained, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(36));
        Assert.Equal(1,
            await Ledger.CountAsync("SELECT count(*) FROM batches WHERE state = 'available' AND attempt = 0 AND lease_owner IS NULL"));
        Assert.Equal((1, 0), (queue.Count, queue.DeadLetters!.Count));
    }

    [Fact]
    public async Task A_queue_that_is_missing_makes_unready_and_one_that_is_away_only_degrades()
    {
        using var own = new ServiceBusBroker();
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options =>
        {
            options.Intake = own.Intake(own.Add());
            options.Intake.Queue = "not-yet";
            options.Intake.PauseMaxSeconds = 1;
        });
        await SeenAsync(HttpStatusCode.ServiceUnavailable, "unavailable", "there is no queue");
        // It goes on with what Postgres holds.
        await Ledger.EndedAsync(await Jobs.EnqueueAsync(Problems.Job(width: 1), await Problems.TakeAsync(1), default));

        own.Add(name: "not-yet");
        await SeenAsync(HttpStatusCode.OK, "ok", "the queue answers");

        own.Stop();
        await SeenAsync(HttpStatusCode.OK, "degraded", "is away");
        own.Start();
        await SeenAsync(HttpStatusCode.OK, "ok", "the queue answers");

        Task SeenAsync(HttpStatusCode code, string status, string reason) => ReadyAsync(worker, code, status, reason);
    }

    /// <summary>A look at the queue may pass where no message may be received, so that only a receive finds and clears it.</summary>
    [Fact]
    public async Task A_role_that_is_missing_makes_unready_until_it_is_given()
    {
        var queue = broker.Add();
        queue.Faults.Begin(BrokerFault.AttachRefused, int.MaxValue);
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options =>
        {
            options.Intake = broker.Intake(queue);
            options.Intake.PauseMaxSeconds = 1;
        });
        await ReadyAsync(worker, HttpStatusCode.ServiceUnavailable, "unavailable", "give this identity the role");

        queue.Faults.End(BrokerFault.AttachRefused);
        await ReadyAsync(worker, HttpStatusCode.OK, "ok", "the queue answers");
    }

    static Task ReadyAsync(WatchedWorker worker, HttpStatusCode code, string status, string reason) => Eventually.TrueAsync(async () =>
    {
        using var response = await worker.SendAsync(HttpMethod.Get, "health/ready");
        var text = await response.Content.ReadAsStringAsync();
        return response.StatusCode == code && text.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal)
            && text.Contains(reason, StringComparison.Ordinal);
    });

    static string[] Settings(BrokerEntity queue, ServiceBusBroker broker) =>
        ["Intake:Kind=ServiceBus", $"Intake:ConnectionString={broker.ConnectionString}", $"Intake:Queue={queue.Name}"];

    string[] Settings(BrokerEntity queue) => Settings(queue, broker);

    static void Send(BrokerEntity queue, params (string Id, string Body)[] messages)
    {
        foreach (var (id, body) in messages)
            queue.Send(new()
            {
                Properties = new() { MessageId = id }, BodySection = new Amqp.Framing.Data { Binary = Encoding.UTF8.GetBytes(body) },
            });
    }
}
