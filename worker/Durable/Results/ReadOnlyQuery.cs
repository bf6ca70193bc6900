using System.Text;
using Dapper;
using Npgsql;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Runs one statement that may only read, in a transaction that is never committed: as the role <c>rebase_reader</c>, which sees the
/// views alone, where there is that role and this user may take it on. Values come as PostgreSQL writes them, times in UTC.
/// </summary>
sealed class ReadOnlyQuery(NpgsqlDataSource db)
{
    const string Begin = """
        SET TRANSACTION READ ONLY;
        SET LOCAL TIME ZONE 'UTC';
        SET LOCAL DateStyle = 'ISO';
        """;

    const string LimitTime = "SELECT set_config('statement_timeout', @Milliseconds::text, true)";

    // Of a role that was made by hand, the grants may be missing.
    const string ReaderCanRead = "SELECT coalesce((SELECT has_table_privilege(oid, 'v_jobs', 'SELECT') FROM pg_roles WHERE rolname = 'rebase_reader'), false)";

    const string BecomeReader = "SET LOCAL ROLE rebase_reader";

    /// <param name="sql">One statement; of several the server refuses all.</param>
    /// <param name="parameter">Its <c>$1</c>.</param>
    /// <param name="timeout">For the statement and the reading of its rows; null for as long as it takes.</param>
    /// <param name="read">Reads the rows, which are not held in memory; every value can be had as a string.</param>
    /// <exception cref="UserException">BadInput: the statement is wrong, would write, reads what the role may not, or takes too long.</exception>
    public async Task RunAsync(string sql, long[] parameter, TimeSpan? timeout, Func<NpgsqlDataReader, Task> read, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Begin, cancellationToken: ct));
        var isReader = await BecomeReaderAsync(connection, transaction, ct);
        if (timeout is { } limit)
            await connection.ExecuteAsync(new CommandDefinition(LimitTime, new { Milliseconds = (long)limit.TotalMilliseconds }, cancellationToken: ct));
        try
        {
            // The server ends it. With a parameter, even one that the statement does not name, Npgsql leaves the text alone: colons and
            // semicolons reach the server, which takes one statement and says where in the text it stumbles.
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0, AllResultTypesAreUnknown = true, Parameters = { new() { Value = parameter } } };
            await using var reader = await command.ExecuteReaderAsync(ct);
            await read(reader);
        }
        // Elsewhere a read-only server is one that is away; here it was told to be.
        catch (PostgresException e) when ((e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction || !DatabaseFaults.IsAway(e)) && !ct.IsCancellationRequested)
        {
            throw new UserException(ExitCode.BadInput, Sentence(e, sql, timeout, isReader), e);
        }
        catch (NotSupportedException e)
        {
            throw new UserException(ExitCode.BadInput, "the statement can't be run here, as COPY answers with no rows: use 'rebase results export', or psql", e);
        }
    }

    static async Task<bool> BecomeReaderAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(ReaderCanRead, cancellationToken: ct))) return false;
        await transaction.SaveAsync("reader", ct);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(BecomeReader, cancellationToken: ct));
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            // Read-only all the same.
            await transaction.RollbackAsync("reader", ct);
            return false;
        }
    }

    static string Sentence(PostgresException e, string sql, TimeSpan? timeout, bool isReader) => e.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled when timeout is { } limit => $"the query took longer than {limit.TotalSeconds:0} s and was stopped: narrow it, or allow more with --timeout",
        PostgresErrorCodes.ReadOnlySqlTransaction => $"a query may only read: {e.MessageText}",
        PostgresErrorCodes.InsufficientPrivilege when isReader => $"{e.MessageText}: queries run as rebase_reader, which reads the views (v_jobs, v_answers, v_usage, v_accuracy, v_cost, v_leaderboard, v_sweeps, v_schedule_runs, v_queue) and no tables",
        _ => $"the query can't be run: {e.MessageText}{Place(sql, e.Position)}{(e.Hint is { } hint ? $"; {hint.ReplaceLineEndings(" ")}" : "")}",
    };

    /// <param name="position">In characters from 1, as PostgreSQL counts them; 0 when it is not known.</param>
    static string Place(string sql, int position)
    {
        if (position < 1) return "";
        var (line, column) = (1, 1);
        foreach (var rune in sql.EnumerateRunes().Take(position - 1)) (line, column) = rune == new Rune('\n') ? (line + 1, 1) : (line, column + 1);
        return $" (line {line}, column {column})";
    }
}
