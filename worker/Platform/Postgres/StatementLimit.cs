using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// Seconds after which a statement is given up. A connection that died silently answers nothing: without a limit it would keep its place
/// in the pool for a quarter of an hour. <c>Command Timeout</c> in the connection string is the limit of every statement.
/// </summary>
static class StatementLimit
{
    /// <summary>A drain has 25 s in all.</summary>
    public const int Usual = 10;

    /// <summary>A renewal must give its place to the next one long before the lease runs out.</summary>
    public const int OfLease = 5;

    /// <summary>
    /// How many problems a statement handles within the usual limit. A batch has up to 10,000, with perhaps a thousand steps each.
    /// </summary>
    public const int Problems = 64;

    /// <summary>For a statement that reads or writes a whole job, of perhaps 100,000 problems, or waits for one that does.</summary>
    public static int OfWholeJob(NpgsqlConnection connection) => Own(connection.CommandTimeout) ?? 300;

    /// <summary>None: for a statement that reads whole tables while somebody waits for it. Ctrl-C still ends it.</summary>
    public static int OfWholeTables(NpgsqlConnection connection) => Own(connection.CommandTimeout) ?? 0;

    /// <summary>For a statement on this many problems.</summary>
    public static int Of(NpgsqlConnection connection, int problems) => Of(connection.CommandTimeout, problems);

    /// <summary>Gives the command the limit of a statement on a whole job.</summary>
    public static NpgsqlCommand ForWholeJob(this NpgsqlCommand command)
    {
        command.CommandTimeout = Own(command.CommandTimeout) ?? 300;
        return command;
    }

    /// <summary>Gives the statements the limit of one on this many problems.</summary>
    public static NpgsqlBatch For(this NpgsqlBatch batch, int problems)
    {
        batch.Timeout = Of(batch.Timeout, problems);
        return batch;
    }

    static int Of(int limit, int problems) => Own(limit) ?? Usual * Math.Max(1, (problems + Problems - 1) / Problems);

    // Npgsql does not tell who set the limit of a pool. Whoever writes 10 gets what he would get without it.
    static int? Own(int limit) => limit is Usual ? null : limit;
}
