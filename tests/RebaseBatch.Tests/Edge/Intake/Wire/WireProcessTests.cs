using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake.Wire;

/// <summary>The program's own processes on a queue, from the command that enqueues to the answers.</summary>
public sealed class WireProcessTests(PostgresServer server, ServiceBusBroker broker) : WireTest(server, broker)
{
    [Fact]
    public async Task A_job_goes_by_the_queue_from_the_command_line_to_its_answers_and_a_dead_letter_can_be_replayed()
    {
        var dataset = Path.Combine(AppContext.BaseDirectory, "models", "datasets", "arithmetic-test.jsonl");
        await RunAsync("jobs", "enqueue", dataset, "--limit", "3", "--policy", "tiny-math-policy-s", "--strategy", "greedy", "--via",
            "service-bus", "--message-id", "nightly");
        Assert.Equal(1, Queue.Count);
        Queue.Send(RawProducer.Message(RawBody.Data, "no json", "poison"));
        await using var worker = Worker();
        await BrokerAsync(() => Queue.Count == 0);
        await Eventually.TrueAsync(async () => await CountAsync() == 1);
        await Ledger.EndedAsync(1);
        await Ledger.AssertWholeAsync(3, Path.Combine(Folder.Path, "results"));

        Assert.Matches("poison .*MalformedMessage", await RunAsync("dead-letters", "list"));
        await RunAsync("dead-letters", "replay", "poison");
        // It is what it was, so it comes back, as another letter of the same id.
        await BrokerAsync(() => Queue is { Count: 0, DeadLetters.Count: 1 });
        Assert.Matches("poison .*MalformedMessage", await RunAsync("dead-letters", "list"));
        worker.Signal(Signals.Terminate);
        Assert.Equal((int)ExitCode.Ok, await worker.ExitAsync());
    }

    /// <summary>The first dies before its commit, the second between commit and completion.</summary>
    [Fact]
    public async Task Workers_killed_between_receiving_and_settling_leave_one_job_and_the_next_one_settles_its_message()
    {
        await using (var first = Worker())
        {
            await using var held = await InHandAsync("m");
            await KillAsync(first);
        }
        Assert.Equal((1, 0), (Queue.Count, await CountAsync()));
        Broker.Pass(LockDuration);
        Queue.Faults.Begin(BrokerFault.SettlementDropped);
        await using (var second = Worker())
        {
            await HappenedAsync(BrokerFault.SettlementDropped);
            await KillAsync(second);
        }
        Assert.Equal((1, 1), (Queue.Count, await CountAsync()));
        Broker.Pass(LockDuration);
        await using var third = Worker();
        await TakenAsync(1);
        await Ledger.EndedAsync(await Ledger.CountAsync("SELECT job_id FROM jobs"));
        await Ledger.AssertWholeAsync(1, Path.Combine(Folder.Path, "results"));
    }

    [Fact]
    public async Task A_worker_hands_its_batches_back_and_exits_0_while_its_queue_is_frozen()
    {
        var jobs = new JobStore(Database.DataSource);
        await using var worker = Worker("Worker:LeaseSeconds=3000", "Worker:MaxBatches=2");
        await BrokerAsync(() => Queue.Receivers == 1);
        Broker.Freeze();
        await jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 6), await Problems.TakeAsync(6), Ct);
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM nodes") > 0);
        worker.Signal(Signals.Terminate);
        // 5 s to tell the queue, and as long again for a loaded machine.
        Assert.Equal((int)ExitCode.Ok, await worker.ExitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, await Ledger.CountAsync("SELECT count(*) FROM batches WHERE state = 'available' AND lease_owner IS NULL"));
    }

    RebaseProcess Worker(params IEnumerable<string> settings) =>
        RebaseProcess.Worker(Database.ConnectionString, Folder.Path, [.. Settings, .. settings]);

    /// <summary>Returns when the broker knows, too.</summary>
    async Task KillAsync(RebaseProcess worker)
    {
        worker.Kill();
        await worker.ExitAsync();
        await BrokerAsync(() => Queue.Receivers == 0);
    }

    async Task<string> RunAsync(params IEnumerable<string> words)
    {
        await using var command = RebaseProcess.Start([.. words, .. RebaseProcess.Settings(Settings)]);
        Assert.True(await command.ExitAsync() == 0, command.Stderr);
        return command.Output;
    }
}
