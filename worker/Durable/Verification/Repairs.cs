using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Verification;

/// <summary>
/// Repairs what other rows hold: sums, states, leases that nobody renews, and files. Each job is one transaction under its lock, so a crash
/// leaves the rest to the next run, and workers may run.
/// </summary>
sealed class Repairs(NpgsqlDataSource db, IResultBlobs blobs)
{
    // A separate statement locks the rows: the sums must be of the steps that are there when the lock is held, and a checkpoint that waits
    // for the lock adds its steps afterwards.
    const string LockSearches = "SELECT problem_id FROM searches WHERE job_id = @JobId ORDER BY problem_id FOR UPDATE";

    static readonly string s_searches = $"""
        WITH rows AS (
            SELECT p.problem_id, p.job_id, max(n.lease_epoch) AS epoch, count(n.no) AS nodes, coalesce(sum(n.sampled), 0) AS sampled,
                coalesce(sum({NodeSums.Seconds("n")}), 0) AS seconds
            FROM problems p LEFT JOIN nodes n USING (problem_id) WHERE p.job_id = @JobId GROUP BY 1, 2)
        INSERT INTO searches AS s (problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens, device_seconds)
        SELECT r.problem_id, r.job_id, coalesce(r.epoch, 0), 0, r.nodes, r.sampled, r.seconds FROM rows r
        WHERE r.nodes > 0 OR EXISTS (SELECT FROM searches s WHERE s.problem_id = r.problem_id)
        ON CONFLICT (problem_id) DO UPDATE
        SET node_count = excluded.node_count, sampled_tokens = excluded.sampled_tokens, device_seconds = excluded.device_seconds
        WHERE s.nodes_pruned_at IS NULL AND ((s.node_count, s.sampled_tokens) <> (excluded.node_count, excluded.sampled_tokens)
            OR abs(s.device_seconds - excluded.device_seconds) > 1e-6)
        """;

    const string VainOrders = $"DELETE FROM outbox o WHERE o.job_id = @JobId AND {FileOrders.IsVain}";

    const string OrderMissing = $"""
        INSERT INTO outbox (job_id, batch_no) SELECT job_id, batch_no FROM ({FileOrders.Missing}) m WHERE job_id = @JobId
        """;

    static readonly string s_orderAgain = ReadCommitted.Alone("""
        INSERT INTO outbox (job_id, batch_no)
        SELECT job_id, batch_no FROM blobs WHERE job_id = @JobId AND batch_no = @BatchNo AND name = @Name
        ON CONFLICT (job_id, batch_no) DO UPDATE SET due_at = now(), lease_token = NULL
        """);

    const string VoidSummary = """
        WITH due AS (DELETE FROM outbox WHERE job_id = @JobId AND batch_no = 0) DELETE FROM blobs WHERE job_id = @JobId AND batch_no = 0
        """;

    const string HasUnfinished = $"SELECT EXISTS (SELECT FROM batches WHERE job_id = @JobId AND state IN {BatchStates.Unfinished})";

    /// <returns>How many rows or files it changed; 0 also for faults that no row helps to repair.</returns>
    public async Task<long> RunAsync(Finding finding, CancellationToken ct)
    {
        if (finding.Check == FileVerifier.FileFaults) return await FilesAsync(finding.Files, ct);
        if (finding.Check == "live_leases") return await new LeaseStore(db).ReapAsync(ct);
        var changed = 0L;
        foreach (var job in finding.Jobs) changed += await JobAsync(finding.Check, job, ct);
        return changed;
    }

    async Task<long> JobAsync(string check, long job, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        if (await batches.LockJobAsync(job, ct) is not { } locked) return 0;
        var changed = check switch
        {
            "search_sums" => await SearchesAsync(),
            "usage_sums" => await new UsageRebuild(connection).RunAsync(job, ct),
            "job_states" => await StateAsync(connection, batches, job, locked, ct),
            "outbox_rows" => await ExecuteAsync(VainOrders),
            "files_ordered" => await ExecuteAsync(OrderMissing),
            _ when JobSumTable.All.FirstOrDefault(table => table.Name == check) is { } sums => await ExecuteAsync(sums.Rebuild),
            _ => 0,
        };
        await transaction.CommitAsync(ct);
        return changed;

        async Task<int> SearchesAsync()
        {
            await ExecuteAsync(LockSearches);
            return await ExecuteAsync(s_searches);
        }

        Task<int> ExecuteAsync(string sql) =>
            connection.ExecuteAsync(new CommandDefinition(
                sql, new { JobId = job }, commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct));
    }

    static async Task<int> StateAsync(NpgsqlConnection connection, BatchTransitions batches, long job, JobLock locked, CancellationToken ct)
    {
        var unfinished = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(HasUnfinished, new { JobId = job }, cancellationToken: ct));
        switch (locked.State, unfinished)
        {
            case (JobStates.Queued or JobStates.Running, false):
                await batches.EndAsync(job, [], ct);
                return 1;
            case (JobStates.Cancelled, true):
                // Those that run end at their next renewal.
                await batches.EndAsync(job, await batches.CancelWaitingAsync(job, ct), ct);
                return 1;
            case (JobStates.Completed, true):
                await connection.ExecuteAsync(new CommandDefinition(VoidSummary, new { JobId = job }, cancellationToken: ct));
                await batches.ReopenJobAsync(job, ct);
                return 1;
            default:
                return 0;
        }
    }

    // A crash between the two leaves a file that is missing, which the next run orders.
    async Task<long> FilesAsync(IReadOnlyList<StoredFile> files, CancellationToken ct)
    {
        var ordered = 0L;
        foreach (var file in files)
        {
            // Nobody overwrites a file, so false content must go before the outbox writes the file again.
            if (await blobs.HashAsync(file.Name, ct) is { } hash && hash != file.Sha256) await blobs.DeleteAsync(file.Name, ct);
            await using var connection = await db.OpenConnectionAsync(ct);
            ordered += await connection.ExecuteAsync(
                new CommandDefinition(s_orderAgain, new { file.JobId, file.BatchNo, file.Name }, cancellationToken: ct));
        }
        return ordered;
    }
}
