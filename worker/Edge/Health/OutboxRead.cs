using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Health;

/// <summary>
/// Reads for a check what waits in the database because it could not leave it. A database that is away is another check's matter, so it
/// leaves such a check healthy.
/// </summary>
static class OutboxRead
{
    // As long as an orchestrator waits at least.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <param name="read">Asks the database.</param>
    /// <param name="judge">What the answer means.</param>
    public static async Task<HealthCheckResult> RunAsync<T>(
        DatabaseCheck database, Func<CancellationToken, Task<T>> read, Func<T, HealthCheckResult> judge, CancellationToken ct)
    {
        if ((await database.AnswerAsync(ct)).Status is not HealthStatus.Healthy)
            return HealthCheckResult.Healthy("not looked at, because the database is away");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var asked = read(enough.Token);
        try
        {
            return judge(await asked.WaitAsync(s_patience, ct));
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
