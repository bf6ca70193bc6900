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
        await using var worker = RebaseProcess.Worker(Database.ConnectionString, Folder.Path, Settings);
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

    /// <summary>The completion of a committed job is dropped, and the worker dies before it can try again.</summary>
    [Fact]
    public async Task A_worker_killed_between_receiving_and_settling_leaves_one_job_and_the_next_one_settles_its_message()
    {
        Queue.Faults.Begin(BrokerFault.SettlementDropped);
        Send("m");
        await using (var killed = RebaseProcess.Worker(Database.ConnectionString, Folder.Path, Settings))
        {
            await HappenedAsync(BrokerFault.SettlementDropped);
            killed.Kill();
            await killed.ExitAsync();
        }
        await BrokerAsync(() => Queue.Receivers == 0);
        Assert.Equal((1, 1), (Queue.Count, await CountAsync()));
        Broker.Pass(LockDuration);
        await using var next = RebaseProcess.Worker(Database.ConnectionString, Folder.Path, Settings);
        await TakenAsync(1);
        await Ledger.EndedAsync(1);
        await Ledger.AssertWholeAsync(1, Path.Combine(Folder.Path, "results"));
    }

    async Task<string> RunAsync(params IEnumerable<string> words)
    {
        await using var command = RebaseProcess.Start([.. words, .. RebaseProcess.Settings(Settings)]);
        Assert.True(await command.ExitAsync() == 0, command.Stderr);
        return command.Output;
    }
}
