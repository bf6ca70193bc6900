using System.Text;
using Dapper;
using Npgsql;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Runs one statement that may only read, in a transaction that is never committed. If the role <c>rebase_reader</c> exists and this user
/// may take it, the statement runs under it and sees only the views. Values come as PostgreSQL writes them, with times in UTC.
/// </summary>
sealed class ReadOnlyQuery(NpgsqlDataSource db)
{
    const string Begin = """
        SET TRANSACTION READ ONLY;
        SET LOCAL TIME ZONE 'UTC';
        SET LOCAL DateStyle = 'ISO';
        """;

    const string LimitTime = "SELECT set_config('statement_timeout', @Milliseconds::text, true)";

    // A role that somebody created by hand may lack the grants.
    const string ReaderCanRead = """
        SELECT coalesce((SELECT has_table_privilege(oid, 'v_jobs', 'SELECT') FROM pg_roles WHERE rolname = 'rebase_reader'), false)
        """;

    const string BecomeReader = "SET LOCAL ROLE rebase_reader";

    /// <param name="sql">One statement. The server refuses a text with several.</param>
    /// <param name="parameter">The value of <c>$1</c>.</param>
    /// <param name="timeout">Limit for the statement and for reading its rows; null for none.</param>
    /// <param name="read">Reads the rows, which are not held in memory. Every value is a string.</param>
    /// <exception cref="UserException">
    /// BadInput: the statement is wrong, would write, reads what the role may not read, or takes too long.
    /// </exception>
    public async Task RunAsync(string sql, long[] parameter, TimeSpan? timeout, Func<NpgsqlDataReader, Task> read, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Begin, cancellationToken: ct));
        var isReader = await BecomeReaderAsync(connection, transaction, ct);
        if (timeout is { } limit)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                LimitTime, new { Milliseconds = (long)limit.TotalMilliseconds }, cancellationToken: ct));
        }
        try
        {
            // The server ends it, so the command has no limit. Npgsql does not parse the text of a command with a positional parameter,
            // even if the statement does not use it: colons and semicolons reach the server, which takes one statement and reports where an
            // error is.
            await using var command = new NpgsqlCommand(sql, connection)
            {
                CommandTimeout = 0, AllResultTypesAreUnknown = true, Parameters = { new() { Value = parameter } },
            };
            await using var reader = await command.ExecuteReaderAsync(ct);
            await read(reader);
        }
        // Elsewhere this error means that the server is away. Here the transaction itself is read-only.
        catch (PostgresException e) when (!ct.IsCancellationRequested
            && (e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction || !DatabaseFaults.IsAway(e)))
        {
            throw new UserException(ExitCode.BadInput, Sentence(e, sql, timeout, isReader), e);
        }
        catch (NotSupportedException e)
        {
            throw new UserException(
                ExitCode.BadInput,
                "the statement can't be run here, because COPY returns no rows: use 'rebase results export', or psql", e);
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
            // The transaction is still read-only.
            await transaction.RollbackAsync("reader", ct);
            return false;
        }
    }

    static string Sentence(PostgresException e, string sql, TimeSpan? timeout, bool isReader) => e.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled when timeout is { } limit =>
            $"the query took longer than {limit.TotalSeconds:0} s and was stopped: narrow it, or allow more with --timeout",
        PostgresErrorCodes.ReadOnlySqlTransaction => $"a query may only read: {e.MessageText}",
        PostgresErrorCodes.InsufficientPrivilege when isReader => $"{e.MessageText}: queries run as rebase_reader, which reads the views "
            + "(v_jobs, v_answers, v_usage, v_accuracy, v_cost, v_leaderboard, v_sweeps, v_schedule_runs, v_queue, "
            + "v_unserved) and no tables",
        _ => $"the query can't be run: {e.MessageText}{Place(sql, e.Position)}"
            + (e.Hint is { } hint ? $"; {hint.ReplaceLineEndings(" ")}" : ""),
    };

    /// <param name="position">In characters, from 1; 0 when PostgreSQL gives none.</param>
    static string Place(string sql, int position)
    {
        if (position < 1) return "";
        var (line, column) = (1, 1);
        foreach (var rune in sql.EnumerateRunes().Take(position - 1))
            (line, column) = rune == new Rune('\n') ? (line + 1, 1) : (line, column + 1);
        return $" (line {line}, column {column})";
    }
}
