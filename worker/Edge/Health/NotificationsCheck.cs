using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RebaseBatch.Evaluation.Notifications;

namespace RebaseBatch.Edge.Health;

/// <summary>
/// Whether what the gates say reached those who wait for it. A worker is ready for work all the same: a notification that was given up is
/// sent again when somebody asks for it.
/// </summary>
sealed class NotificationsCheck(NpgsqlDataSource db, DatabaseCheck database) : IHealthCheck
{
    public const string Name = "notifications";

    readonly NotificationTargets _targets = new(db);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        OutboxRead.RunAsync(database, _targets.GivenUpAsync, givenUp => GivenUpText.Of(givenUp) is { } sentence
            ? HealthCheckResult.Degraded(sentence) : HealthCheckResult.Healthy(GivenUpText.None), cancellationToken);
}
