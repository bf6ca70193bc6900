using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace RebaseBatch.Edge.Health;

/// <summary>Whether the database answers.</summary>
sealed class DatabaseCheck(NpgsqlDataSource db, TimeProvider time) : IHealthCheck
{
    public const string Name = "database";

    readonly DatabaseAnswer _answer = new(TimeSpan.FromSeconds(1), ct => AskAsync(db, ct), time);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        AnswerAsync(cancellationToken);

    public Task<HealthCheckResult> AnswerAsync(CancellationToken ct) => _answer.GetAsync(ct);

    static async Task<string> AskAsync(NpgsqlDataSource db, CancellationToken ct)
    {
        await using var command = db.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(ct);
        return "it answers";
    }
}
