using System.Data;
using Dapper;
using Npgsql;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>Reads whole views that have rows by job.</summary>
sealed class ViewExport(NpgsqlDataSource db)
{
    const string Begin = "SET TRANSACTION READ ONLY; SET LOCAL TIME ZONE 'UTC'; SET LOCAL DateStyle = 'ISO'";

    const string Missing = """
        SELECT id FROM unnest($1::bigint[]) AS wanted(id) WHERE NOT EXISTS (SELECT FROM v_jobs WHERE job_id = id) ORDER BY id LIMIT 1
        """;

    /// <summary>The first of these jobs that does not exist; null when all exist.</summary>
    public async Task<long?> MissingAsync(IReadOnlyList<long> jobs, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Missing);
        command.Parameters.Add(new() { Value = jobs.ToArray() });
        return (long?)await command.ExecuteScalarAsync(ct);
    }

    /// <param name="view">v_jobs, v_answers, v_usage, v_accuracy, v_cost or v_leaderboard.</param>
    /// <param name="jobs">Only rows of these jobs; of all jobs when it is empty.</param>
    /// <param name="read">As for <see cref="ReadOnlyQuery.RunAsync"/>, whose values these are too.</param>
    public async Task RunAsync(string view, IReadOnlyList<long> jobs, Func<NpgsqlDataReader, Task> read, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await connection.ExecuteAsync(new CommandDefinition(Begin, cancellationToken: ct));
        await using var command = new NpgsqlCommand(
            $"SELECT * FROM {view} WHERE cardinality($1::bigint[]) = 0 OR job_id = ANY($1) ORDER BY {Order(view)}", connection)
        {
            CommandTimeout = StatementLimit.OfWholeTables(connection), AllResultTypesAreUnknown = true,
            Parameters = { new() { Value = jobs.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await read(reader);
    }

    static string Order(string view) => view switch
    {
        "v_jobs" or "v_cost" => "job_id",
        "v_answers" or "v_usage" => "job_id, ordinal",
        "v_accuracy" => "job_id, method, aggregation",
        "v_leaderboard" => "dataset_name, dataset_sha256, place, job_id, vote, aggregation",
        _ => throw new ArgumentOutOfRangeException(nameof(view), view, "not a view with rows by job"),
    };
}
