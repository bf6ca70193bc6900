using System.Diagnostics.Metrics;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>Counts attempts to deliver notifications.</summary>
sealed class NotificationMetrics(Meter meter)
{
    readonly Counter<long> _attempts = meter.CreateCounter<long>(
        "rebasebatch.notifications", "{attempt}", "Attempts to deliver a notification, by outcome: delivered, failed, given_up.");

    public void Delivered() => Count("delivered");

    public void Failed() => Count("failed");

    public void GivenUp() => Count("given_up");

    void Count(string outcome) => _attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
