using Dapper;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Verification;

/// <summary>What the tables say about result files, within the transaction that is open on <paramref name="connection"/>.</summary>
sealed class FileRows(NpgsqlConnection connection)
{
    const string All = """
        SELECT job_id AS "JobId", batch_no AS "BatchNo", name AS "Name", sha256 AS "Sha256" FROM blobs ORDER BY 1, 2, kind
        """;

    const string Keys = "SELECT job_id, job_key FROM jobs";

    const string IsNamed = "SELECT EXISTS (SELECT FROM blobs WHERE job_id = @JobId AND batch_no = @BatchNo AND name = @Name)";

    public async Task<IReadOnlyList<StoredFile>> AllAsync(CancellationToken ct) =>
        (await connection.QueryAsync<StoredFile>(Unlimited(All, ct))).AsList();

    /// <summary>The folders of all jobs in the store.</summary>
    public async Task<IReadOnlyList<string>> FoldersAsync(CancellationToken ct) =>
        [.. (await connection.QueryAsync<(long Id, Guid Key)>(Unlimited(Keys, ct)))
            .Select(job => BlobName.Folder(job.Id, job.Key))];

    /// <summary>Whether a row still names the file.</summary>
    public Task<bool> IsNamedAsync(StoredFile file, CancellationToken ct) => connection.ExecuteScalarAsync<bool>(
        new CommandDefinition(IsNamed, new { file.JobId, file.BatchNo, file.Name }, cancellationToken: ct));

    CommandDefinition Unlimited(string sql, CancellationToken ct) =>
        new(sql, commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct);
}
