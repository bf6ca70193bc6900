using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Results;

/// <summary>Builds the content of result files from the tables only: every worker builds the same bytes at any time.</summary>
sealed class ResultFiles(NpgsqlDataSource db)
{
    const string JobKey = "SELECT job_key FROM jobs WHERE job_id = $1";

    readonly ResultQueries _queries = new(db);

    /// <summary>The files due for a batch (answers and usage), or for the job itself (batch number 0: the summary).</summary>
    public async Task<IReadOnlyList<ResultFile>> BuildAsync(long jobId, int batchNo, CancellationToken ct)
    {
        await using var command = db.CreateCommand(JobKey);
        command.Parameters.Add(new() { Value = jobId });
        // No row: the job was deleted, and its outbox rows with it.
        if (await command.ExecuteScalarAsync(ct) is not Guid key) return [];
        if (batchNo != 0)
        {
            return
            [
                Batch("answers", await LinesAsync(_queries.AnswersAsync(jobId, batchNo, ct))),
                Batch("usage", await LinesAsync(_queries.UsageAsync(jobId, batchNo, ct))),
            ];
        }
        if (await _queries.SummaryAsync(jobId, ct) is not { } summary) return [];
        var content = JsonSerializer.SerializeToUtf8Bytes(summary, ContractsJson.Lines);
        var hash = Hash(content);
        return [new("summary", BlobName.OfSummary(jobId, key, hash), hash, content)];

        ResultFile Batch(string kind, byte[] lines)
        {
            var sha256 = Hash(lines);
            return new(kind, BlobName.OfBatch(jobId, key, batchNo, sha256, kind), sha256, lines);
        }
    }

    static async Task<byte[]> LinesAsync<T>(IAsyncEnumerable<T> records)
    {
        using var lines = new MemoryStream();
        await foreach (var record in records)
        {
            JsonSerializer.Serialize(lines, record, ContractsJson.Lines);
            lines.WriteByte((byte)'\n');
        }
        return lines.ToArray();
    }

    static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
