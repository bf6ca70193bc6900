using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RebaseBatch.Durable.Outbox;

namespace RebaseBatch.Edge.Health;

/// <summary>
/// Whether result files can be written. A worker whose disk is full is still ready for work: results are in the database, and the files
/// wait there until the disk has room.
/// </summary>
sealed class ResultFilesCheck(NpgsqlDataSource db, DatabaseCheck database) : IHealthCheck
{
    public const string Name = "results";

    readonly OutboxStore _outbox = new(db);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        OutboxRead.RunAsync(database, _outbox.FailingAsync, waiting => waiting is { } failing
            ? HealthCheckResult.Degraded($"the files of {failing.Rows} {(failing.Rows == 1 ? "batch or job" : "batches and jobs")} "
                + $"wait in the database: {failing.Error}")
            : HealthCheckResult.Healthy("every file was written, or is due for its first attempt"), cancellationToken);
}
