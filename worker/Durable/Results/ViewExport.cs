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

    const string OfJobs = "(cardinality($1::bigint[]) = 0 OR job_id = ANY($1))";

    // The view's own comment has no name.
    const string Comments = """
        SELECT a.attname::text, col_description(a.attrelid, a.attnum)
        FROM pg_attribute a WHERE a.attrelid = @View::regclass AND a.attnum > 0
        UNION ALL SELECT '', obj_description(@View::regclass)
        """;

    /// <summary>The first of these jobs that does not exist; null when all exist.</summary>
    public async Task<long?> MissingAsync(IReadOnlyList<long> jobs, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Missing);
        command.Parameters.Add(new() { Value = jobs.ToArray() });
        return (long?)await command.ExecuteScalarAsync(ct);
    }

    /// <param name="view">v_jobs, v_answers, v_candidates, v_nodes, v_usage, v_accuracy, v_cost or v_leaderboard.</param>
    /// <param name="jobs">Only rows of these jobs; of all jobs when it is empty.</param>
    /// <param name="read">Reads the rows, which are not held in memory.</param>
    public async Task RunAsync(string view, IReadOnlyList<long> jobs, Func<ExportedView, Task> read, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await connection.ExecuteAsync(new CommandDefinition(Begin, cancellationToken: ct));
        IReadOnlyList<AddedColumn> added = view is "v_candidates" ? [(await VerdictsAsync(connection, jobs, ct)).Column] : [];
        var comments = (await connection.QueryAsync<(string Name, string Comment)>(
            new CommandDefinition(Comments, new { View = view }, cancellationToken: ct))).ToDictionary(row => row.Name, row => row.Comment);
        foreach (var column in added) comments[column.Name] = column.Comment;
        await using var command = new NpgsqlCommand($"SELECT * FROM {view} WHERE {OfJobs} ORDER BY {Order(view)}", connection)
        {
            CommandTimeout = StatementLimit.OfWholeTables(connection), AllResultTypesAreUnknown = true,
            Parameters = { new() { Value = jobs.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await read(new(reader, added, comments[""], comments));
    }

    static async Task<CandidateVerdicts> VerdictsAsync(NpgsqlConnection connection, IReadOnlyList<long> jobs, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"SELECT job_id, spec::text FROM v_jobs WHERE {OfJobs}", connection)
        {
            Parameters = { new() { Value = jobs.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var specs = new List<(long, string)>();
        while (await reader.ReadAsync(ct)) specs.Add((reader.GetInt64(0), reader.GetString(1)));
        return CandidateVerdicts.Of(specs);
    }

    static string Order(string view) => view switch
    {
        "v_jobs" or "v_cost" => "job_id",
        "v_answers" or "v_usage" => "job_id, ordinal",
        "v_candidates" => "job_id, ordinal, candidate_no",
        "v_nodes" => "job_id, ordinal, node",
        "v_accuracy" => "job_id, method, aggregation",
        "v_leaderboard" => "dataset_name, dataset_sha256, place, job_id, vote, aggregation",
        _ => throw new ArgumentOutOfRangeException(nameof(view), view, "not a view with rows by job"),
    };
}
