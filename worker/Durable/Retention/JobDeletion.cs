using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Retention;

/// <summary>
/// Deletes jobs with all their rows, and their result files if asked. One transaction under the job's lock: a crash leaves the job as it
/// was. Its statements are bounded, so that a large job does not run into the limit of a statement's time.
/// </summary>
/// <param name="by">Who deletes; null: the user of this process.</param>
sealed class JobDeletion(NpgsqlDataSource db, IResultBlobs blobs, Actor? by = null)
{
    // At width 64 a problem has about a thousand steps.
    const int Portion = 50;

    const int MostLooks = 3;

    // The rest of a problem goes with it: steps, search, answer, usage.
    const string Problems = """
        DELETE FROM problems WHERE problem_id IN (SELECT problem_id FROM problems WHERE job_id = @JobId ORDER BY problem_id LIMIT @Portion)
        """;

    const string Job = "DELETE FROM jobs WHERE job_id = @JobId";

    const string Name = "SELECT spec ->> 'name' FROM jobs WHERE job_id = @JobId";

    const string Key = "SELECT job_key FROM jobs WHERE job_id = @JobId";

    const string Baseline = """
        SELECT c.name FROM schedules c JOIN sweep_jobs m ON m.sweep_id = c.baseline_sweep_id WHERE m.job_id = @JobId ORDER BY 1 LIMIT 1
        """;

    /// <param name="files">Whether the result files go too.</param>
    /// <returns>The names of the job's result files; null when there is no such job.</returns>
    /// <exception cref="UserException">BadInput: the job has not ended, or schedules are compared with it.</exception>
    public async Task<IReadOnlyList<string>?> RunAsync(long jobId, bool files, CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            // What waits for the job is judged while it can still be seen how it ended. The connection pool may have only one.
            await new WaitingJobs(db, by).SettleFollowersAsync(jobId, ct);
            await using var connection = await db.OpenConnectionAsync(ct);
            await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
            switch (await new BatchTransitions(connection).LockJobAsync(jobId, ct))
            {
                case null: return null;
                case { State: JobStates.Queued or JobStates.Running, CancelRequested: var cancelled }:
                    throw new UserException(ExitCode.BadInput, cancelled
                        ? $"job {jobId} is still being cancelled: delete it when it has ended"
                        : $"job {jobId} has not ended: cancel it first ('rebase jobs cancel {jobId}')");
            }

            if (!await WaitingJobs.HasDueFollowerAsync(connection, jobId, ct))
            {
                var names = await DeleteAsync(connection, jobId, files, ct);
                await transaction.CommitAsync(ct);
                return names;
            }

            // It may have ended after the look.
            if (look == MostLooks)
                throw new UserException(ExitCode.BadInput,
                    $"a job that waits for job {jobId} is being changed by somebody else at this moment: try again");
        }
    }

    async Task<IReadOnlyList<string>> DeleteAsync(NpgsqlConnection connection, long jobId, bool files, CancellationToken ct)
    {
        if (await ScalarAsync<string?>(Baseline) is { } schedule)
            throw new UserException(ExitCode.BadInput,
                $"job {jobId} belongs to the baseline of schedule {schedule}: remove the schedule or give it another baseline first");
        var folder = BlobName.Folder(jobId, await ScalarAsync<Guid>(Key));
        while (await ExecuteAsync(Problems) > 0) { }
        var called = await ScalarAsync<string?>(Name);
        await ExecuteAsync(Job);
        await new EventLog(connection, by ?? Actor.OfProcess).OfDeletionAsync(
            jobId, files ? $"{called}, with its result files" : called, ct);
        var names = new List<string>();
        await foreach (var name in blobs.ListAsync($"{folder}/", ct)) names.Add(name);
        // Before the commit: after a crash here the job is there, and its files are missing, which 'db verify' shows; the same command
        // deletes it. After the commit nothing would lead to the files any more.
        if (files) foreach (var name in names) await blobs.DeleteAsync(name, ct);
        names.Sort(StringComparer.Ordinal);
        return names;

        Task<int> ExecuteAsync(string sql) =>
            connection.ExecuteAsync(new CommandDefinition(sql, new { JobId = jobId, Portion },
                commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));

        async Task<T> ScalarAsync<T>(string sql) =>
            (await connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, new { JobId = jobId }, cancellationToken: ct)))!;
    }
}
