using Dapper;
using Npgsql;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Events;

/// <summary>
/// Notes who did what, in the transaction that the caller has open on <paramref name="connection"/>: after a crash there are the change and
/// its event, or neither.
/// </summary>
sealed class EventLog(NpgsqlConnection connection, Actor who)
{
    const string Insert = """
        INSERT INTO events (job_id, sweep_id, schedule, who, what, detail) VALUES (@JobId, @SweepId, @Schedule, @Who, @What, @Detail)
        """;

    const string Forget = "DELETE FROM events WHERE job_id = @JobId";

    /// <param name="what">One of <see cref="Deeds"/>.</param>
    public Task OfJobAsync(long jobId, string what, string? detail, CancellationToken ct) =>
        AddAsync(jobId, sweepId: null, schedule: null, what, detail, ct);

    /// <inheritdoc cref="OfJobAsync"/>
    public Task OfSweepAsync(long sweepId, string what, string? detail, CancellationToken ct) =>
        AddAsync(jobId: null, sweepId, schedule: null, what, detail, ct);

    /// <inheritdoc cref="OfJobAsync"/>
    public Task OfScheduleAsync(string schedule, string what, string? detail, CancellationToken ct) =>
        AddAsync(jobId: null, sweepId: null, schedule, what, detail, ct);

    /// <summary>The job is deleted: of its events only this one stays.</summary>
    public async Task OfDeletionAsync(long jobId, string? detail, CancellationToken ct)
    {
        await connection.ExecuteAsync(new CommandDefinition(Forget, new { JobId = jobId }, cancellationToken: ct));
        await OfJobAsync(jobId, Deeds.Deleted, detail, ct);
    }

    Task<int> AddAsync(long? jobId, long? sweepId, string? schedule, string what, string? detail, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(Insert, new
        {
            JobId = jobId, SweepId = sweepId, Schedule = schedule is null ? null : PostgresText.Clean(schedule),
            Who = PostgresText.Clean(who.Name), What = what, Detail = detail is null ? null : PostgresText.Clean(detail),
        }, cancellationToken: ct));
}
