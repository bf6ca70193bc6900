using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RebaseBatch.Durable.Outbox;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Health;

/// <summary>
/// Whether result files can be written. A worker whose disk is full is still ready for work: results are in the database, and the files
/// wait there until the disk has room.
/// </summary>
sealed class ResultFilesCheck(NpgsqlDataSource db, DatabaseCheck database) : IHealthCheck
{
    public const string Name = "results";

    // As long as an orchestrator waits at least.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    readonly OutboxStore _outbox = new(db);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if ((await database.AnswerAsync(cancellationToken)).Status is not HealthStatus.Healthy)
            return HealthCheckResult.Healthy("not looked at, because the database is away");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = _outbox.FailingAsync(enough.Token);
        try
        {
            return await asked.WaitAsync(s_patience, cancellationToken) is { } failing
                ? HealthCheckResult.Degraded($"the files of {failing.Rows} {(failing.Rows == 1 ? "batch or job" : "batches and jobs")} "
                    + $"wait in the database: {failing.Error}")
                : HealthCheckResult.Healthy("every file was written, or is due for its first attempt");
        }
        catch (TimeoutException)
        {
            // Npgsql notices a cancellation only once the server answers.
            await enough.CancelAsync();
            asked.ObserveFault();
            return HealthCheckResult.Healthy("not looked at, because the database does not answer");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Healthy($"not looked at: {DatabaseFaults.Sentence(e)}");
        }
    }
}
