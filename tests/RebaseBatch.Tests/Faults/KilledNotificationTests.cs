using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Tests.Evaluation.Notifications;
using RebaseBatch.Tests.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>A worker that is killed between sending and noting that it sent: real processes, <c>kill -9</c>.</summary>
public sealed class KilledNotificationTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task What_a_killed_worker_sent_is_sent_again_with_the_same_id_and_body()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        var bench = new NotificationBench(Database.DataSource);
        await bench.ScheduleAsync((new(receiver.Uri, "hook"), NotificationForm.Webhook, NotifyOn.Any));
        await bench.AddAsync(Verdicts.Block);

        var received = new TaskCompletionSource();
        receiver.Answer = (_, _, ct) =>
        {
            received.TrySetResult();
            // The worker never learns that it was received.
            return Task.Delay(Timeout.InfiniteTimeSpan, ct);
        };
        await using (var killed = RebaseProcess.Worker(Database.ConnectionString, folder.Path,
            $"Sources:Notifications={receiver.Uri}", $"Notifications:Secret={NotificationBench.Secret}"))
        {
            await Eventually.TrueAsync(() => received.Task.IsCompleted || killed.HasExited);
            Assert.False(killed.HasExited, killed.Stderr);
            killed.Kill();
            await killed.ExitAsync();
        }

        receiver.AnswerWith(202);
        Assert.Empty(await bench.Outbox.TakeAsync(8, Ct)); // its lease still runs
        await ExecuteAsync("UPDATE notifications SET due_at = now()");
        await bench.DeliverAsync();
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal(receiver.Requests[0].Header("webhook-id"), receiver.Requests[1].Header("webhook-id"));
        Assert.Equal(receiver.Requests[0].Body, receiver.Requests[1].Body);
        Assert.Equal(1, await bench.CountAsync("delivered_at IS NOT NULL AND attempts = 2"));
    }
}
