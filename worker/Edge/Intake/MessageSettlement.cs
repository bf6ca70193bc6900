using Microsoft.Extensions.Logging;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Edge.Intake;

/// <summary>Tells the queue how a message ended.</summary>
sealed class MessageSettlement(IIntakeQueue queue, TimeProvider time, ILogger log)
{
    /// <summary>Time for the queue to answer, also while this worker stops.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Longest detail of a dead letter.</summary>
    const int LongestDetail = 4096;

    /// <summary>Throws nothing: if the queue can't be told, the lock runs out, and the next delivery ends in the same way.</summary>
    public async Task TellAsync(IntakeMessage message, MessageEnd end)
    {
        using var enough = new CancellationTokenSource(Longest, time);
        try
        {
            // The client may not look at the token while its call is on the way.
            await SendAsync(message, end, enough.Token).WaitAsync(enough.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            log.MessageUnsettled(message.Id, FormattableString.Invariant($"the queue did not answer within {Longest.TotalSeconds:F0} s"));
        }
        catch (Exception e)
        {
            log.MessageUnsettled(message.Id, e.Message);
        }
    }

    Task SendAsync(IntakeMessage message, MessageEnd end, CancellationToken ct)
    {
        switch (end)
        {
            case MessageEnd.Accepted accepted:
                log.MessageAccepted(message.Id, accepted.JobId, accepted.IsNew ? "made" : "known");
                if (accepted is { IsNew: true, Dataset: { } dataset } && log.IsEnabled(LogLevel.Information))
                    log.MessageDataset(message.Id, string.Join("; ", SummaryText.Of(dataset)));
                // After a crash before this line, or a failure of it, the next delivery finds the job and is completed.
                return queue.CompleteAsync(message, ct);
            case MessageEnd.Refused refused:
                log.MessageRefused(message.Id, refused.Reason, refused.Detail);
                return queue.DeadLetterAsync(message, refused.Reason,
                    refused.Detail.Length > LongestDetail ? refused.Detail[..LongestDetail] : refused.Detail, ct);
            case MessageEnd.Deferred deferred:
                log.MessageDeferred(message.Id, message.DeliveryCount, deferred.Why);
                return queue.AbandonAsync(message, ct);
            default:
                throw new ArgumentOutOfRangeException(nameof(end));
        }
    }
}
