using System.Data;
using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// The one way to begin a transaction. It names the isolation level, because a server, a database or a role may set another default. The
/// statements need <c>READ COMMITTED</c>: one that waited for a lock must see what the other transaction committed. With a snapshot from
/// before the wait, each of the two last batches of a job sees the other one unfinished, and the job never ends. The level is named in each
/// transaction and not once in the session: a pooler between hands out another session each time.
/// </summary>
static class ReadCommitted
{
    const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

    /// <summary>Begins a transaction on the connection. It costs no round trip: the level goes along with the first statement.</summary>
    public static ValueTask<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken ct) =>
        connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);

    /// <summary>
    /// The text of a transaction of one statement, with named parameters or none. All of it is sent at once: a process that is frozen or
    /// cut off after sending leaves no lock behind. Without it, the statement would run at the server's default level.
    /// </summary>
    public static string Alone(string sql) => $"{Begin}; {sql}; COMMIT";

    /// <summary>
    /// The same for statements with positional parameters: one round trip. Each sees what was committed before it began. A fault in one
    /// undoes all. Read the results to their end: only that tells of the commit.
    /// </summary>
    public static NpgsqlBatch Alone(NpgsqlDataSource db, params IEnumerable<NpgsqlBatchCommand> statements) =>
        Whole(db.CreateBatch(), statements);

    /// <inheritdoc cref="Alone(NpgsqlDataSource, IEnumerable{NpgsqlBatchCommand})"/>
    public static NpgsqlBatch Alone(NpgsqlConnection connection, params IEnumerable<NpgsqlBatchCommand> statements) =>
        Whole(connection.CreateBatch(), statements);

    static NpgsqlBatch Whole(NpgsqlBatch batch, IEnumerable<NpgsqlBatchCommand> statements)
    {
        batch.BatchCommands.Add(new(Begin));
        foreach (var statement in statements) batch.BatchCommands.Add(statement);
        batch.BatchCommands.Add(new("COMMIT"));
        return batch;
    }
}
