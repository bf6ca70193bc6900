using System.Data;
using Dapper;
using Npgsql;

namespace RebaseBatch.Migrations;

/// <summary>
/// Brings a database's schema to this program's version. Several processes may migrate one database at once: each step runs in its own
/// transaction, under a lock of the table of scripts, and reads the state again.
/// </summary>
public sealed class Migrator
{
    // Not an advisory lock: everybody may take that, also a login that may only read. Readers of the table do not wait for this one.
    const string Lock = "LOCK TABLE schema_migrations IN EXCLUSIVE MODE";

    const string CreateTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            id integer PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """;

    readonly NpgsqlDataSource _db;
    readonly IReadOnlyList<MigrationScript> _scripts;
    readonly MigrationScript? _views;

    /// <summary>With the scripts of this assembly.</summary>
    public Migrator(NpgsqlDataSource db) : this(db, MigrationScript.Embedded()) { }

    /// <exception cref="SchemaException">Two scripts have the same number.</exception>
    public Migrator(NpgsqlDataSource db, IEnumerable<MigrationScript> scripts)
    {
        _db = db;
        var ordered = scripts.OrderBy(script => script.Number).ToList();
        foreach (var (earlier, later) in ordered.Zip(ordered.Skip(1)))
        {
            if (earlier.Number == later.Number)
                throw new SchemaException($"the scripts {earlier.Name} and {later.Name} have the same number", "renumber the newer one");
        }

        _views = ordered.FirstOrDefault(script => script.IsViews);
        _scripts = [.. ordered.Where(script => !script.IsViews)];
    }

    /// <summary>All scripts that the program or the database knows, in their order, <c>views.sql</c> last.</summary>
    public async Task<IReadOnlyList<MigrationStatus>> StatusAsync(CancellationToken ct)
    {
        await using var connection = await _db.OpenConnectionAsync(ct);
        return Compare(await ReadAsync(connection, null, ct));
    }

    /// <summary>Runs the pending scripts.</summary>
    /// <returns>The number of scripts run by this call, <c>views.sql</c> included; 0 when there was nothing to do.</returns>
    /// <exception cref="SchemaException">
    /// An applied script was edited, or the database is newer than the program, or its encoding is not UTF8; nothing was changed.
    /// </exception>
    public async Task<int> MigrateAsync(CancellationToken ct)
    {
        var applied = 0;
        while (await ApplyNextAsync(ct)) applied++;
        return applied;
    }

    /// <exception cref="SchemaException">The schema is behind, edited or newer, or the database's encoding is not UTF8.</exception>
    public async Task ValidateAsync(CancellationToken ct)
    {
        await CheckEncodingAsync(ct);
        var status = await StatusAsync(ct);
        ThrowIfUnfit(status);
        var due = status.Where(line => line.State is not MigrationState.Applied).Select(line => line.Name).ToList();
        if (due.Count > 0)
            throw new SchemaException($"the database lacks {due.Count} of the schema's scripts, first {due[0]}", "run `rebase db migrate`");
    }

    // A crash before the commit leaves nothing of the script; after it, the row says that it ran.
    async Task<bool> ApplyNextAsync(CancellationToken ct)
    {
        await using var connection = await _db.OpenConnectionAsync(ct);
        await CheckEncodingAsync(connection, null, ct);
        await CreateTableAsync(connection, ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        await connection.ExecuteAsync(NoTimeout(Lock, null, transaction, ct));

        var status = Compare(await ReadAsync(connection, transaction, ct));
        ThrowIfUnfit(status);
        if (status.FirstOrDefault(line => line.State is not MigrationState.Applied) is not { } next) return false;

        var script = next.Name == _views?.Name ? _views : _scripts.Single(known => known.Name == next.Name);
        await RunAsync(script, connection, transaction, ct);
        await connection.ExecuteAsync(NoTimeout(
            """
            INSERT INTO schema_migrations (id, name, checksum) VALUES (@Number, @Name, @Checksum)
            ON CONFLICT (id) DO UPDATE SET checksum = excluded.checksum, applied_at = now()
            """, new { script.Number, script.Name, script.Checksum }, transaction, ct));
        // A migration may have dropped views. They must run again, whatever their checksum says.
        if (!script.IsViews) await connection.ExecuteAsync(NoTimeout("DELETE FROM schema_migrations WHERE id = 0", null, transaction, ct));
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <exception cref="SchemaException">The database's encoding is not UTF8.</exception>
    public async Task CheckEncodingAsync(CancellationToken ct)
    {
        await using var connection = await _db.OpenConnectionAsync(ct);
        await CheckEncodingAsync(connection, null, ct);
    }

    // In another encoding the first answer with a character that it lacks could not be stored, perhaps in the middle of a night.
    static async Task CheckEncodingAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        var encoding = await connection.ExecuteScalarAsync<string>(NoTimeout("SHOW server_encoding", null, transaction, ct));
        if (encoding is "UTF8") return;
        throw new SchemaException(
            $"the database '{connection.Database}' has the encoding {encoding}, which can't hold every text of a model",
            "create one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0, and name it in Rebase:Database:ConnectionString");
    }

    static async Task CreateTableAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            await connection.ExecuteAsync(NoTimeout(CreateTable, null, null, ct));
        }
        catch (PostgresException e) when (e.SqlState
            is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject)
        {
            // Another process created it at the same moment: two such statements fail on each other's catalog rows, whichever they meet
            // first (the table's in pg_class, its row type's in pg_type: 42710, or the index of either).
        }
    }

    static async Task RunAsync(MigrationScript script, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        try
        {
            // Without Dapper, which would read a colon or an @ in a script as a parameter's name.
            await using var command = new NpgsqlCommand(script.Sql, connection, transaction) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e)
        {
            throw new SchemaException($"the script {script.Name} failed and was rolled back: {e.MessageText} (SQLSTATE {e.SqlState})",
                "remove the cause, and run 'rebase db migrate' again", e);
        }
    }

    static async Task<IReadOnlyList<AppliedScript>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        var exists = await connection.ExecuteScalarAsync<bool>(
            NoTimeout("SELECT to_regclass('schema_migrations') IS NOT NULL", null, transaction, ct));
        if (!exists) return [];
        return [.. await connection.QueryAsync<AppliedScript>(
            NoTimeout("SELECT id, name, checksum, applied_at AS AppliedAt FROM schema_migrations ORDER BY id", null, transaction, ct))];
    }

    IReadOnlyList<MigrationStatus> Compare(IReadOnlyList<AppliedScript> applied)
    {
        var rows = applied.ToDictionary(row => row.Id);
        var known = _scripts.Select(script => (script.Number, Status: Of(script)));
        var unknown = applied.Where(row => row.Id != 0 && _scripts.All(script => script.Number != row.Id))
            .Select(row => (Number: row.Id, Status: new MigrationStatus(row.Name, MigrationState.Unknown, row.AppliedAt)));
        var lines = known.Concat(unknown).OrderBy(line => line.Number).Select(line => line.Status);
        return [.. _views is null ? lines : lines.Append(Of(_views))];

        MigrationStatus Of(MigrationScript script) => rows.GetValueOrDefault(script.Number) switch
        {
            null => new(script.Name, MigrationState.Pending, null),
            var row when row.Name == script.Name && row.Checksum == script.Checksum =>
                new(script.Name, MigrationState.Applied, row.AppliedAt),
            var row => new(script.Name, MigrationState.Edited, row.AppliedAt),
        };
    }

    static void ThrowIfUnfit(IReadOnlyList<MigrationStatus> status)
    {
        if (status.FirstOrDefault(line => line.State is MigrationState.Unknown) is { } unknown)
        {
            throw new SchemaException(
                $"the database's schema is newer than this program, which does not know {unknown.Name}", "use the newer program");
        }
        if (status.FirstOrDefault(line => line.State is MigrationState.Edited && line.Name != MigrationScript.ViewsName) is { } edited)
        {
            throw new SchemaException(
                $"the script {edited.Name} was edited after it ran in this database", "restore its text and add a new script");
        }


        var pending = status.FirstOrDefault(line => line.State is MigrationState.Pending && line.Name != MigrationScript.ViewsName);
        var applied = status.LastOrDefault(line => line.State is MigrationState.Applied && line.Name != MigrationScript.ViewsName);
        if (pending is not null && applied is not null && string.CompareOrdinal(pending.Name, applied.Name) < 0)
            throw new SchemaException(
                $"the script {pending.Name} comes before {applied.Name}, which already ran here", "give it a number after the last one");
    }

    // A migration, or the wait for another process's migration, may take any time. The token still ends it.
    static CommandDefinition NoTimeout(string sql, object? parameters, NpgsqlTransaction? transaction, CancellationToken ct) =>
        new(sql, parameters, transaction, commandTimeout: 0, cancellationToken: ct);
}
