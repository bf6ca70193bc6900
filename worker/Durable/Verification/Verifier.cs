using System.Data;
using Dapper;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Verification;

/// <summary>
/// Checks the tables and the result files against each other. All queries see one moment (one transaction that can only read), so it may
/// run while workers work.
/// </summary>
sealed class Verifier(NpgsqlDataSource db, IResultBlobs blobs)
{
    const int Examples = 5;

    static readonly IReadOnlyList<TableCheck> s_checks = [.. StateChecks.All, .. TreeChecks.All, .. ResultChecks.All, .. SumChecks.All];

    /// <param name="grace">How long a lease may have run out before the batch counts as left behind.</param>
    /// <returns>A finding for each check, also for those that found no fault.</returns>
    public async Task<IReadOnlyList<Finding>> RunAsync(TimeSpan grace, CancellationToken ct)
    {
        var findings = new List<Finding>();
        IReadOnlyList<StoredFile> files;
        IReadOnlyList<string> folders;
        await using (var connection = await db.OpenConnectionAsync(ct))
        {
            await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            await connection.ExecuteAsync(new CommandDefinition("SET TRANSACTION READ ONLY", cancellationToken: ct));
            foreach (var check in s_checks) findings.Add(await CheckAsync(connection, check, grace, ct));
            var rows = new FileRows(connection);
            (files, folders) = (await rows.AllAsync(ct), await rows.FoldersAsync(ct));
        }

        return [.. findings, .. await new FileVerifier(db, blobs).RunAsync(files, folders, ct)];
    }

    static async Task<Finding> CheckAsync(NpgsqlConnection connection, TableCheck check, TimeSpan grace, CancellationToken ct)
    {
        var rows = await connection.ExecuteScalarAsync<long>(Unlimited(check.Rows));
        var (faults, examples, jobs) = (0L, new List<string>(), new HashSet<long>());
        await using var found = await connection.ExecuteReaderAsync(Unlimited(check.Faults));
        while (await found.ReadAsync(ct))
        {
            faults++;
            if (!found.IsDBNull(0)) jobs.Add(found.GetInt64(0));
            if (examples.Count < Examples) examples.Add(found.GetString(1));
        }
        return new(check.Name, rows, faults, examples, check.WayOut) { Jobs = [.. jobs.Order()] };

        // A check reads whole tables, which may take any time. The token still ends it.
        CommandDefinition Unlimited(string sql) => new(
            sql, new { Grace = grace.TotalSeconds }, commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct);
    }
}
