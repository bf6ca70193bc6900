using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Intake;

/// <summary>Makes jobs from messages, one for each message.</summary>
sealed class IntakeStore(NpgsqlDataSource db)
{
    const string Find = "SELECT job_id FROM jobs WHERE message_id = @MessageId";

    /// <summary>Whether that moment has passed by the database's clock.</summary>
    public async Task<bool> HasPassedAsync(DateTimeOffset moment, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return moment <= await DatabaseClock.NowAsync(connection, ct);
    }

    /// <summary>The job that an earlier delivery of the message made; null if none did.</summary>
    public async Task<long?> FindAsync(string messageId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long?>(
            new CommandDefinition(Find, new { MessageId = messageId }, cancellationToken: ct));
    }

    /// <summary>
    /// Makes the job with its batches in one transaction. If two receivers get the message at once, it still becomes one job: the second
    /// waits for the commit of the first.
    /// </summary>
    /// <returns>The job's id; null when another delivery of the message made it.</returns>
    /// <exception cref="UserException">BadInput: there is no problem, or a custom id occurs twice.</exception>
    public async Task<long?> AcceptAsync(string messageId, JobSpec spec, IReadOnlyList<ProblemSpec> problems, JobOrigin origin, TagSet tags,
        CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var jobId = await new JobInsert(connection, Actor.Message(messageId)).InsertAsync(
            spec, problems, JobInputs.Of(spec, problems, origin), closesAt: null, messageId, ct, tags);
        await transaction.CommitAsync(ct);
        return jobId;
    }
}
