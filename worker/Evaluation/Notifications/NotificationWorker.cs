using System.Globalization;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>
/// Delivers what the gates said, and tries again until it is delivered or given up. Any number of workers may do so at once. No
/// transaction is open while it sends, and a slow receiver holds up no other and no stop.
/// </summary>
sealed class NotificationWorker(
    NotificationOutbox outbox, NotificationSender sender, NotificationOptions options, NotificationMetrics metrics, TimeProvider time,
    ServiceFaults faults, ILogger<NotificationWorker> log) : EnduringService("notifications", time, faults, log)
{
    /// <summary>How many are under way at once.</summary>
    public const int Places = 8;

    static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    // An answer that came just before the stop should still be noted.
    static readonly TimeSpan s_noting = TimeSpan.FromSeconds(5);

    readonly List<Task> _underWay = [];

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        _underWay.RemoveAll(delivery => delivery.IsCompleted);
        if (Places - _underWay.Count is > 0 and var free)
            foreach (var due in await outbox.TakeAsync(free, stop)) _underWay.Add(DeliverAsync(due, stop));
        return s_poll;
    }

    protected override Task EndAsync() => Task.WhenAll(_underWay);

    /// <summary>One attempt. Never throws.</summary>
    async Task DeliverAsync(DueNotification due, CancellationToken stop)
    {
        try
        {
            using var span = Spans.Start("notification.send")?.SetTag("attempt", due.Attempts);
            var body = NotificationBody.Of(due.Form, due.Content, options.ReportOf(due.Content.Verdict.SweepId));
            var delivery = await sender.SendAsync(due.Address, due.Form, due.PublicId, body, stop);
            // After a crash here the receiver has it, and the row is due again at the end of its lease: the receiver gets it twice, with
            // one id.
            using var noting = new CancellationTokenSource(s_noting, Time);
            await NoteAsync(due, delivery, noting.Token);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The row is due again at the end of its lease.
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }

    async Task NoteAsync(DueNotification due, Delivery delivery, CancellationToken ct)
    {
        var (schedule, address) = (due.Content.Verdict.Schedule, due.Address.ToString());
        if (delivery.Error is not { } error)
        {
            await outbox.DoneAsync(due, ct);
            metrics.Delivered();
            Logger.NotificationDelivered(schedule, address, due.Attempts);
            return;
        }

        var pause = PauseAfter(due.Attempts, delivery.RetryAfter);
        if (delivery.IsFinal || due.Age + pause > options.GiveUpAfter)
        {
            var why = delivery.IsFinal ? error : string.Create(
                CultureInfo.InvariantCulture, $"{error} (the last of {due.Attempts} attempts in {due.Age.TotalHours:F1} hours)");
            await outbox.GivenUpAsync(due, why, ct);
            metrics.GivenUp();
            Logger.NotificationGivenUp(schedule, address, why);
            return;
        }

        await outbox.FailedAsync(due, error, pause, ct);
        metrics.Failed();
        Logger.NotificationFailed(schedule, address, due.Attempts, pause.TotalSeconds, error);
    }

    static TimeSpan PauseAfter(int attempts, TimeSpan? asked)
    {
        // Those that failed together must not all come back together.
        var pause = NotificationOutbox.Backoff.After(attempts, Backoff.Jitter(Random.Shared.NextDouble()));
        return asked is not { } longer || longer < pause ? pause
            : longer < NotificationOutbox.Backoff.Longest ? longer : NotificationOutbox.Backoff.Longest;
    }
}
