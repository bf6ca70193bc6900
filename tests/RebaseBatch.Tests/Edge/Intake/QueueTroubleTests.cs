using Microsoft.Extensions.Diagnostics.HealthChecks;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>What others learn of a queue that gives no messages.</summary>
public sealed class QueueTroubleTests(PostgresServer server) : IntakeWorkerTest(server)
{
    [Theory]
    [InlineData(true, HealthStatus.Unhealthy, "refused")]
    [InlineData(false, HealthStatus.Degraded, "away")]
    public async Task It_is_found_at_the_start_and_over_once_the_queue_answers(bool refused, HealthStatus status, string kind)
    {
        using var reading = new MeterReading(Meter);
        Queue.Fault = call => call != "probe" ? null
            : refused ? new UserException(ExitCode.NotFound, "there is no queue") : new IOException("there is no queue");
        // This worker is full, and no message comes.
        await using var worker = await StartAsync(free: false, pause: TimeSpan.FromMilliseconds(20));
        await Eventually.TrueAsync(async () => (await worker.HealthAsync()).Status == status
            && (await worker.HealthAsync()).Description == "there is no queue");
        await Eventually.TrueAsync(() => reading.TakeRecorded()
            .Any(one => (one.Name, one.Tag("kind")) == ("rebasebatch.intake.queue.faults", kind)));

        Queue.Fault = static _ => null;
        await Eventually.TrueAsync(async () => (await worker.HealthAsync()).Status is HealthStatus.Healthy);
        Assert.Empty(Queue.Calls);
    }

    // A queue whose sessions must be named shows its messages to anybody who looks, and gives none.
    [Fact]
    public async Task What_only_a_receive_finds_is_not_taken_back_by_a_look()
    {
        var receives = 0;
        Queue.Fault = call =>
        {
            if (call != "receive") return null;
            Interlocked.Increment(ref receives);
            return new UserException(ExitCode.BadInput, "the queue has sessions");
        };
        await using var worker = await StartAsync(pause: TimeSpan.FromMilliseconds(20));
        await Eventually.TrueAsync(() => worker.Trouble is { IsRefused: true });
        var before = receives;
        await Eventually.TrueAsync(() =>
        {
            Assert.True(worker.Trouble is { IsRefused: true });
            return receives > before + 3;
        });

        Queue.Fault = static _ => null;
        await SendAsync("m", Job);
        await KeepFreeUntilAsync(() => Queue.Count == 0);
        Assert.Null(worker.Trouble);
    }

    [Fact]
    public async Task A_queue_that_goes_away_later_is_seen_and_comes_back_without_a_message()
    {
        await using var worker = await StartAsync(pause: TimeSpan.FromMilliseconds(20));
        await Eventually.TrueAsync(() => worker.Trouble is null);
        Queue.Fault = static call => call == "send" ? null : new IOException("away");
        // Ends the receive that waits.
        await SendAsync("m", Job);
        await KeepFreeUntilAsync(() => worker.Trouble is { IsRefused: false });

        Vacancy.Set(false);
        Queue.Fault = static _ => null;
        await Eventually.TrueAsync(() => worker.Trouble is null);
    }
}
