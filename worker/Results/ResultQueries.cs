using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;

namespace RebaseBatch.Results;

/// <summary>Reads committed results: the lines of the result files, the totals of a job, and which files there are.</summary>
sealed class ResultQueries(NpgsqlDataSource db)
{
    const string Answers = """
        SELECT p.custom_id, p.question_id, b.batch_no, a.answer, a.correct, p.gold_answer, a.votes::text, a.candidates::text, a.error, a.ended_by, a.grader_version
        FROM answers a JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = p.batch_id
        WHERE p.job_id = $1 AND ($2::int IS NULL OR b.batch_no = $2)
        ORDER BY p.ordinal
        """;

    const string Usage = """
        SELECT p.custom_id, b.batch_no,
            u.policy_model, u.policy_sha256, u.policy_parameters, u.policy_prompt_tokens, u.policy_sampled_tokens, u.policy_evaluated_tokens,
            u.policy_reencoded_tokens, u.policy_discarded_tokens, u.policy_device_seconds,
            u.reward_model, u.reward_sha256, u.reward_parameters, u.reward_prompt_tokens, u.reward_sampled_tokens, u.reward_evaluated_tokens,
            u.reward_reencoded_tokens, u.reward_discarded_tokens, u.reward_device_seconds,
            u.policy_flops, u.total_flops, u.wall_seconds, u.nodes, u.attempts, u.saved_tokens
        FROM usage u JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = p.batch_id
        WHERE p.job_id = $1 AND ($2::int IS NULL OR b.batch_no = $2)
        ORDER BY p.ordinal
        """;

    // A problem that failed, or whose search finished no answer, counts as graded and wrong: accuracy is over the dataset.
    const string Accuracy = """
        SELECT v ->> 'method', v ->> 'aggregation', (count(*) FILTER (WHERE (v ->> 'correct')::boolean))::int, (
            SELECT count(*) FROM answers a JOIN problems p USING (problem_id) WHERE a.job_id = $1 AND p.gold_answer IS NOT NULL)::int
        FROM answers a, jsonb_array_elements(a.votes) v
        WHERE a.job_id = $1
        GROUP BY 1, 2
        """;

    // Ordered sums: the last digit of a sum of doubles depends on the order, and the summary's bytes must not.
    const string Totals = """
        SELECT j.spec::text, j.state, j.problem_count, a.answered, a.failed, u.sampled, u.policy_flops, u.total_flops, u.wall_seconds, u.nodes,
            j.enqueued_at, j.finished_at, u.saved, e.reasons, e.problems,
            u.policy_prompt, u.policy_sampled, u.policy_evaluated, u.policy_reencoded, u.policy_discarded, u.policy_seconds,
            j.spec ->> 'reward' IS NOT NULL, u.reward_prompt, u.reward_sampled, u.reward_evaluated, u.reward_reencoded, u.reward_discarded, u.reward_seconds
        FROM jobs j
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS answered, (count(*) FILTER (WHERE failed))::int AS failed FROM answers WHERE job_id = j.job_id) a
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(policy_sampled_tokens), 0)::bigint AS sampled, coalesce(sum(policy_flops ORDER BY problem_id), 0) AS policy_flops,
                coalesce(sum(total_flops ORDER BY problem_id), 0) AS total_flops,
                coalesce(sum(wall_seconds ORDER BY problem_id), 0) AS wall_seconds, coalesce(sum(nodes), 0)::bigint AS nodes,
                coalesce(sum(saved_tokens), 0)::bigint AS saved,
                coalesce(sum(policy_prompt_tokens), 0)::bigint AS policy_prompt, coalesce(sum(policy_sampled_tokens), 0)::bigint AS policy_sampled,
                coalesce(sum(policy_evaluated_tokens), 0)::bigint AS policy_evaluated, coalesce(sum(policy_reencoded_tokens), 0)::bigint AS policy_reencoded,
                coalesce(sum(policy_discarded_tokens), 0)::bigint AS policy_discarded, coalesce(sum(policy_device_seconds ORDER BY problem_id), 0) AS policy_seconds,
                coalesce(sum(reward_prompt_tokens), 0)::bigint AS reward_prompt, coalesce(sum(reward_sampled_tokens), 0)::bigint AS reward_sampled,
                coalesce(sum(reward_evaluated_tokens), 0)::bigint AS reward_evaluated, coalesce(sum(reward_reencoded_tokens), 0)::bigint AS reward_reencoded,
                coalesce(sum(reward_discarded_tokens), 0)::bigint AS reward_discarded, coalesce(sum(reward_device_seconds ORDER BY problem_id), 0) AS reward_seconds
            FROM usage WHERE job_id = j.job_id) u
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(ended_by ORDER BY n DESC, ended_by), '{}') AS reasons, coalesce(array_agg(n ORDER BY n DESC, ended_by), '{}') AS problems
            FROM (SELECT ended_by, count(*)::int AS n FROM answers WHERE job_id = j.job_id AND ended_by IS NOT NULL GROUP BY ended_by) by_reason) e
        WHERE j.job_id = $1
        """;

    const string Blobs = """
        SELECT batch_no AS "BatchNo", kind AS "Kind", name AS "Name", sha256 AS "Sha256", bytes AS "Bytes"
        FROM blobs WHERE job_id = @JobId ORDER BY batch_no, kind
        """;

    /// <summary>The committed answers in the dataset's order; of one batch, or of the whole job.</summary>
    public async IAsyncEnumerable<AnswerRecord> AnswersAsync(long jobId, int? batchNo = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = Command(connection, Answers, jobId, batchNo);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return new()
            {
                CustomId = row.GetString(0),
                QuestionId = row.GetString(1),
                JobId = jobId,
                BatchNo = row.GetInt32(2),
                Answer = Text(row, 3),
                Correct = row.IsDBNull(4) ? null : row.GetBoolean(4),
                GoldAnswer = Text(row, 5),
                Votes = JsonSerializer.Deserialize<IReadOnlyList<VoteRecord>>(row.GetString(6), ContractsJson.Lines)!,
                Candidates = JsonSerializer.Deserialize<IReadOnlyList<CandidateRecord>>(row.GetString(7), ContractsJson.Lines)!,
                Error = Text(row, 8),
                EndedBy = Text(row, 9),
                GraderVersion = Text(row, 10),
            };
        }
    }

    /// <summary>The committed usage in the dataset's order; of one batch, or of the whole job.</summary>
    public async IAsyncEnumerable<UsageRecord> UsageAsync(long jobId, int? batchNo = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = Command(connection, Usage, jobId, batchNo);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return new()
            {
                CustomId = row.GetString(0),
                JobId = jobId,
                BatchNo = row.GetInt32(1),
                Policy = Model(row, 2)!,
                Reward = Model(row, 11),
                PolicyFlops = row.GetDouble(20),
                TotalFlops = row.GetDouble(21),
                WallSeconds = row.GetDouble(22),
                Nodes = row.GetInt32(23),
                Attempts = row.GetInt32(24),
                SavedTokensEstimate = row.GetInt64(25),
            };
        }
    }

    /// <summary>How often each voting method was right, over the answered problems with a gold answer; in the methods' order.</summary>
    public async Task<IReadOnlyList<AccuracyRecord>> AccuracyAsync(long jobId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Accuracy);
        command.Parameters.Add(new() { Value = jobId });
        await using var row = await command.ExecuteReaderAsync(ct);
        var rows = new List<AccuracyRecord>();
        while (await row.ReadAsync(ct))
            rows.Add(new(SnakeCase<VotingMethod>(row.GetString(0)), Text(row, 1) is { } a ? SnakeCase<ScoreAggregation>(a) : null, row.GetInt32(2), row.GetInt32(3)));
        return [.. rows.OrderBy(r => r.Method).ThenBy(r => r.Aggregation)];
    }

    /// <summary>What the job's committed results come to so far; null when there is no such job.</summary>
    public async Task<JobTotals?> TotalsAsync(long jobId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Totals);
        command.Parameters.Add(new() { Value = jobId });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new(
            JsonSerializer.Deserialize<JobSpec>(row.GetString(0), ContractsJson.Lines)!, SnakeCase<JobState>(row.GetString(1)),
            row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt64(5), row.GetDouble(6), row.GetDouble(7), row.GetDouble(8), row.GetInt64(9),
            row.GetFieldValue<DateTimeOffset>(10), row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11),
            row.GetInt64(12), [.. row.GetFieldValue<string[]>(13).Zip(row.GetFieldValue<int[]>(14), (reason, problems) => new EarlyEndRecord(reason, problems))],
            ModelSums(row, 15), row.GetBoolean(21) ? ModelSums(row, 22) : null);
    }

    /// <summary>The summary of an ended job; null when there is no such job or it has not ended.</summary>
    public async Task<JobSummary?> SummaryAsync(long jobId, CancellationToken ct)
    {
        if (await TotalsAsync(jobId, ct) is not { FinishedAt: { } finishedAt } totals) return null;
        return new()
        {
            JobId = jobId,
            Spec = totals.Spec,
            State = totals.State,
            Problems = totals.Problems,
            Answered = totals.Answered,
            Failed = totals.Failed,
            Accuracy = await AccuracyAsync(jobId, ct),
            SampledTokens = totals.SampledTokens,
            PolicyFlops = totals.PolicyFlops,
            TotalFlops = totals.TotalFlops,
            Policy = totals.Policy,
            Reward = totals.Reward,
            SavedTokensEstimate = totals.SavedTokensEstimate,
            EndedEarly = totals.EndedEarly,
            EnqueuedAt = totals.EnqueuedAt,
            FinishedAt = finishedAt,
        };
    }

    /// <summary>The job's canonical files so far, by batch.</summary>
    public async Task<IReadOnlyList<BlobRow>> BlobsAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<BlobRow>(new CommandDefinition(Blobs, new { JobId = jobId }, cancellationToken: ct))).AsList();
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long jobId, int? batchNo) => new(sql, connection)
    {
        Parameters = { new() { Value = jobId }, new() { Value = (object?)batchNo ?? DBNull.Value } },
    };

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static ModelUsage? Model(NpgsqlDataReader row, int first) => row.IsDBNull(first) ? null : new()
    {
        Model = row.GetString(first),
        Sha256 = row.GetString(first + 1),
        Parameters = row.GetInt64(first + 2),
        PromptTokens = row.GetInt64(first + 3),
        SampledTokens = row.GetInt64(first + 4),
        EvaluatedTokens = row.GetInt64(first + 5),
        ReencodedTokens = row.GetInt64(first + 6),
        DiscardedTokens = row.GetInt64(first + 7),
        DeviceSeconds = row.GetDouble(first + 8),
    };

    static ModelTotals ModelSums(NpgsqlDataReader row, int first) => new()
    {
        PromptTokens = row.GetInt64(first),
        SampledTokens = row.GetInt64(first + 1),
        EvaluatedTokens = row.GetInt64(first + 2),
        ReencodedTokens = row.GetInt64(first + 3),
        DiscardedTokens = row.GetInt64(first + 4),
        DeviceSeconds = row.GetDouble(first + 5),
    };

    static T SnakeCase<T>(string name) where T : struct, Enum => Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
