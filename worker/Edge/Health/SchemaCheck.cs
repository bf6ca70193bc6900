using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RebaseBatch.Migrations;

namespace RebaseBatch.Edge.Health;

/// <summary>Whether the database's schema is the one that this program knows.</summary>
sealed class SchemaCheck(NpgsqlDataSource db, DatabaseCheck database, TimeProvider time) : IHealthCheck
{
    public const string Name = "schema";

    readonly DatabaseAnswer _answer = new(TimeSpan.FromSeconds(5), ct => AskAsync(db, ct), time);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        (await database.AnswerAsync(cancellationToken)).Status is HealthStatus.Healthy
            ? await _answer.GetAsync(cancellationToken)
            : HealthCheckResult.Unhealthy("not looked at, because the database is away");

    static async Task<string> AskAsync(NpgsqlDataSource db, CancellationToken ct)
    {
        await new Migrator(db).ValidateAsync(ct);
        return "it is this program's";
    }
}
