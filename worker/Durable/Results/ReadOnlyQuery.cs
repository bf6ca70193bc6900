using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Runs one statement of a user that may only read, in a transaction that is never committed. The connection's own login confines it, and
/// not this class: SQL can undo what SQL has set. Values come as PostgreSQL writes them, with times in UTC.
/// </summary>
/// <param name="readers">Connects as the login for queries, without a pool: a statement may change its session.</param>
sealed class ReadOnlyQuery(NpgsqlDataSource readers)
{
    // The last line takes a snapshot: from then on the transaction can't be made to write.
    const string Begin = """
        SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
        SET LOCAL TIME ZONE 'UTC';
        SET LOCAL DateStyle = 'ISO';
        SELECT pg_backend_pid();
        """;

    // A statement can lift statement_timeout, and catch its own cancellation. The end of its process it can't catch.
    static readonly TimeSpan s_cancelAfter = TimeSpan.FromSeconds(2);
    static readonly TimeSpan s_endAfter = TimeSpan.FromSeconds(4);

    // Npgsql refuses an empty text as a fault of the program, and the server answers comments and semicolons with nothing.
    static readonly Regex s_nothing = new(@"\A(\s|;|--[^\n]*|/\*([^*]|\*+[^*/])*\*+/)*\z", RegexOptions.NonBacktracking);

    /// <param name="sql">One statement. The server refuses a text with several.</param>
    /// <param name="timeout">Limit for the statement and for reading its rows.</param>
    /// <param name="read">Reads the rows, which are not held in memory. Every value is a string.</param>
    /// <exception cref="UserException">
    /// BadInput: the statement is wrong, would write, reads what the role may not read, or takes too long.
    /// </exception>
    public async Task RunAsync(string sql, TimeSpan timeout, Func<NpgsqlDataReader, Task> read, CancellationToken ct)
    {
        if (s_nothing.IsMatch(sql))
            throw new UserException(
                ExitCode.BadInput, "the query is empty: give one statement, such as \"SELECT * FROM v_leaderboard\"");
        await using var connection = await OpenAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var process = await connection.ExecuteScalarAsync<int>(new CommandDefinition(Begin, cancellationToken: ct));
        if (await QueryLogin.ExcessAsync(connection, ct) is { } excess)
            throw new UserException(ExitCode.BadInput,
                $"the login of Rebase:Database:ReaderConnectionString may do more than read the views ({excess}), and queries don't run "
                    + $"under it: {QueryLogin.WayOut}");
        await connection.ExecuteAsync(new CommandDefinition(
            string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {(long)timeout.TotalMilliseconds}"),
            cancellationToken: ct));
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(timeout + s_cancelAfter);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ending = EndAsync(process, timeout + s_endAfter, done.Token);
        try
        {
            // Npgsql does not parse the text of a command with a positional parameter, even if the statement does not use it: colons and
            // semicolons reach the server, which takes one statement and reports where an error is.
            await using var command = new NpgsqlCommand(sql, connection)
            {
                CommandTimeout = 0, AllResultTypesAreUnknown = true, Parameters = { new() { Value = Array.Empty<long>() } },
            };
            await using var reader = await command.ExecuteReaderAsync(late.Token);
            await read(reader);
        }
        catch (Exception e) when (late.IsCancellationRequested && !ct.IsCancellationRequested
            && e is OperationCanceledException or NpgsqlException or IOException)
        {
            // A statement that catches its cancellation would go on after its session has gone.
            await TerminateAsync(process, ct);
            throw new UserException(ExitCode.BadInput, TooLong(timeout), e);
        }
        // Elsewhere this error means that the server is away. Here the transaction itself is read-only.
        catch (PostgresException e) when (!ct.IsCancellationRequested
            && (e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction || !DatabaseFaults.IsAway(e)))
        {
            throw new UserException(ExitCode.BadInput, Sentence(e, sql, timeout), e);
        }
        catch (NotSupportedException e)
        {
            throw new UserException(
                ExitCode.BadInput,
                "the statement can't be run here, because COPY returns no rows: use 'rebase results export', or psql", e);
        }
        finally
        {
            await done.CancelAsync();
            await ending;
        }
    }

    async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        try
        {
            return await readers.OpenConnectionAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("28", StringComparison.Ordinal))
        {
            throw new UserException(ExitCode.BadInput, $"queries can't log in: {e.MessageText}; {QueryLogin.WayOut}", e);
        }
    }

    /// <summary>Ends the statement's process after that time, for a statement that does not even return from its cancellation.</summary>
    async Task EndAsync(int process, TimeSpan after, CancellationToken done)
    {
        await Task.Delay(after, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!done.IsCancellationRequested) await TerminateAsync(process, done);
    }

    /// <summary>Ends the statement's process, from a second session. Every login may end its own processes.</summary>
    async Task TerminateAsync(int process, CancellationToken done)
    {
        try
        {
            await using var connection = await readers.OpenConnectionAsync(done);
            await connection.ExecuteAsync(new CommandDefinition("SELECT pg_terminate_backend(@process)", new { process },
                cancellationToken: done));
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException)
        {
            // The statement has ended, or no further connection is free: then the session's end is all that is left.
        }
    }

    static string TooLong(TimeSpan timeout) =>
        $"the query took longer than {timeout.TotalSeconds:0} s and was stopped: narrow it, or allow more with --timeout";

    static string Sentence(PostgresException e, string sql, TimeSpan timeout) => e.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled => TooLong(timeout),
        PostgresErrorCodes.ReadOnlySqlTransaction => $"a query may only read: {e.MessageText}",
        PostgresErrorCodes.InsufficientPrivilege => $"{e.MessageText}: queries run under a login of their own, which reads the views "
            + "(v_jobs, v_answers, v_candidates, v_nodes, v_usage, v_accuracy, v_cost, v_leaderboard, v_sweeps, v_schedule_runs, "
            + "v_queue, v_unserved, v_events, v_workers) and no tables",
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
