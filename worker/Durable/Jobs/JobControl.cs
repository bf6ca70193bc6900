using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// What users do with a job that waits or runs: pause it, resume it, change it. Each is one transaction, with the event that says who did
/// it.
/// </summary>
/// <param name="by">Who does it; null: the user of this process.</param>
sealed class JobControl(NpgsqlDataSource db, Actor? by = null)
{
    // Of all jobs that this one command puts back into their lines.
    readonly SubmissionTurns _turns = new();

    const string Spec = "SELECT spec::text FROM jobs WHERE job_id = @JobId";

    // The holders compare the revision at their next renewal. A job whose limits changed on the way is equal to no other: no sweep takes
    // it for a job that it needs.
    const string Change = """
        UPDATE jobs SET spec = @Spec::jsonb, priority = @Priority, team = @Team, revision = revision + CASE WHEN @Matters THEN 1 ELSE 0 END,
            settings_sha256 = CASE WHEN @Limited THEN @Settings ELSE settings_sha256 END,
            inputs_sha256 = CASE WHEN @Limited THEN NULL ELSE inputs_sha256 END
        WHERE job_id = @JobId
        """;

    /// <summary>
    /// No claim takes a batch of the job from now on, and each holder gives its batch back at its next renewal, with all finished steps
    /// stored.
    /// </summary>
    /// <returns>Null: no such job; false: it has ended.</returns>
    public Task<bool?> PauseAsync(long jobId, CancellationToken ct) => UnderLockAsync(
        jobId, Deeds.Paused, detail: null, async (_, batches) =>
        {
            await batches.PauseAsync(jobId, ct);
            return true;
        }, ct);

    /// <summary>The job goes on where its line stands now. One that is not paused is left as it is.</summary>
    /// <returns>Null: no such job; false: it has ended.</returns>
    public Task<bool?> ResumeAsync(long jobId, CancellationToken ct) => UnderLockAsync(
        jobId, Deeds.Resumed, detail: null, async (connection, batches) =>
        {
            if (!await batches.ResumeAsync(jobId, _turns, ct)) return false;
            await AnnounceAsync(connection, jobId, ct);
            return true;
        }, ct);

    /// <summary>
    /// Changes the job. A new priority, team or need counts at the next claim. Where limits or the deadline change, each holder gives its
    /// batch back at its next renewal, and its next holder goes on under the new ones.
    /// </summary>
    /// <returns>Null: no such job; false: it has ended.</returns>
    /// <exception cref="UserException">BadInput: the changed job can't be run, or this version can't read it.</exception>
    public Task<bool?> ChangeAsync(long jobId, JobChange change, CancellationToken ct) =>
        UnderLockAsync(jobId, Deeds.Changed, change.Words(),
            async (connection, batches) =>
            {
                await ChangeAsync(connection, batches, jobId, change, ct);
                return true;
            }, ct);

    async Task ChangeAsync(
        NpgsqlConnection connection, BatchTransitions batches, long jobId, JobChange change, CancellationToken ct)
    {
        var before = StoredSpec.Of(jobId, (await connection.ExecuteScalarAsync<string>(
            new CommandDefinition(Spec, new { JobId = jobId }, cancellationToken: ct)))!);
        var after = change.Of(before);
        if (after.Faults().ToList() is { Count: > 0 } faults)
            throw new UserException(ExitCode.BadInput, string.Join('\n', faults.Select(fault => $"--{fault}")));
        await CheckDeadlineAsync(connection, before, after, ct);
        var limited =
            after with { Priority = before.Priority, Team = before.Team, Needs = before.Needs, Deadline = before.Deadline } != before;
        await connection.ExecuteAsync(new CommandDefinition(Change, new
        {
            JobId = jobId, Spec = JsonSerializer.Serialize(after, ContractsJson.Lines), Priority = (short)after.Priority, after.Team,
            Limited = limited, Matters = limited || after.Deadline != before.Deadline, Settings = JobInputs.HashOf(after),
        }, cancellationToken: ct));
        if ((after.Priority, after.Team) != (before.Priority, before.Team))
        {
            await batches.TurnAsync(after.Priority, after.Team ?? "", ct);
            await batches.RequeueAsync(jobId, _turns, ct);
        }
        else if (!Equals(after.Needs, before.Needs)) await batches.ClassifyAsync(jobId, ct);
        else return;
        await AnnounceAsync(connection, jobId, ct);
    }

    static async Task CheckDeadlineAsync(NpgsqlConnection connection, JobSpec before, JobSpec after, CancellationToken ct)
    {
        if (after.Deadline is not { } deadline || deadline == before.Deadline) return;
        var now = await DatabaseClock.NowAsync(connection, ct);
        if (deadline <= now)
            throw new UserException(ExitCode.BadInput, string.Create(CultureInfo.InvariantCulture,
                $"the deadline {deadline:yyyy-MM-dd HH:mm:ss zzz} has passed: the database's clock shows {now:yyyy-MM-dd HH:mm:ss} UTC; "
                    + $"name a later one, or end the job with 'rebase jobs cancel'"));
    }

    /// <param name="change">False: nothing is to be done, and no event to be noted.</param>
    async Task<bool?> UnderLockAsync(
        long jobId, string what, string? detail, Func<NpgsqlConnection, BatchTransitions, Task<bool>> change, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        switch (await batches.LockJobAsync(jobId, ct))
        {
            case null: return null;
            case { State: JobStates.Completed or JobStates.Cancelled }: return false;
        }
        if (!await change(connection, batches)) return true;
        await new EventLog(connection, by ?? Actor.OfProcess).OfJobAsync(jobId, what, detail, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    static Task<int> AnnounceAsync(NpgsqlConnection connection, long jobId, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(EnqueueListener.Announce, new { JobId = jobId }, cancellationToken: ct));
}
