using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Says in the worker's log that problems of a job have no answer, and why.</summary>
sealed class UnansweredNotices(NpgsqlDataSource db, ILogger<UnansweredNotices> log)
{
    // One worker takes it, once for a job. A crash after it loses the entry; the job's own figures still say the same.
    static readonly string s_take = ReadCommitted.Alone($"""
        UPDATE jobs j SET unanswered_told = true
        FROM job_sums s
        WHERE j.job_id = @JobId AND s.job_id = j.job_id AND j.state = '{JobStates.Running}' AND NOT j.unanswered_told
          AND s.unanswered > 0 AND s.unanswered = s.answered - s.failed
        """);

    readonly JobQueries _jobs = new(db);
    readonly UnansweredSamples _samples = new(db);

    /// <summary>
    /// Says so, once for each job, while none of its problems so far has an answer: the rest would most likely have none either.
    /// </summary>
    public async Task BatchEndedAsync(long jobId, CancellationToken ct)
    {
        await using (var connection = await db.OpenConnectionAsync(ct))
        {
            if (await connection.ExecuteAsync(new CommandDefinition(s_take, new { JobId = jobId }, cancellationToken: ct)) == 0) return;
        }
        if (await _jobs.ProgressAsync(jobId, ct) is { } job && UnansweredText.IsSilent(job))
            log.JobSilent(jobId, job.Unanswered, UnansweredText.Explained(job), Shown(await _samples.OfJobAsync(jobId, ct)));
    }

    /// <summary>Says so when at least a tenth of an ended job's problems have no answer.</summary>
    public async Task JobEndedAsync(long jobId, CancellationToken ct)
    {
        if (await _jobs.ProgressAsync(jobId, ct) is { } job && UnansweredText.IsMuch(job))
            log.AnswersMissing(jobId, job.Unanswered, job.Answered - job.Failed, UnansweredText.Explained(job),
                Shown(await _samples.OfJobAsync(jobId, ct)));
    }

    static string Shown(IReadOnlyList<UnansweredSample> samples) => samples.Count == 0 ? "none is stored"
        : string.Join(" and ", samples.Select(sample => UnansweredText.LastLine(sample.Text)));
}
