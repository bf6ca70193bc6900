using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>Reads committed results: the lines of the result files, the totals of a job, and which files there are.</summary>
sealed class ResultQueries(NpgsqlDataSource db)
{
    const string Answers = """
        SELECT p.custom_id, p.question_id, b.batch_no, a.answer, a.correct, p.gold_answer, p.tolerance, a.votes::text AS votes,
            a.candidates::text AS candidates, a.error, a.ended_by, a.grader_version,
            a.unanswered_cause, a.solution_ends::text AS solution_ends
        FROM answers a JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = p.batch_id
        WHERE p.job_id = $1 AND ($2::int IS NULL OR b.batch_no = $2)
        ORDER BY p.ordinal
        """;

    const string Usage = """
        SELECT p.custom_id, b.batch_no,
            u.policy_model, u.policy_sha256, u.policy_parameters, u.policy_prompt_tokens, u.policy_sampled_tokens,
            u.policy_evaluated_tokens, u.policy_reencoded_tokens, u.policy_discarded_tokens, u.policy_device_seconds,
            u.reward_model, u.reward_sha256, u.reward_parameters, u.reward_prompt_tokens, u.reward_sampled_tokens,
            u.reward_evaluated_tokens, u.reward_reencoded_tokens, u.reward_discarded_tokens, u.reward_device_seconds,
            u.policy_flops, u.total_flops, u.wall_seconds, u.nodes, u.attempts, u.saved_tokens,
            u.policy_cached_tokens, u.reward_cached_tokens, u.embedding_model, u.embedding_sha256, u.embedding_parameters,
            u.embedding_evaluated_tokens, u.embedding_discarded_tokens, u.embedding_device_seconds,
            (SELECT json_agg(e.content ORDER BY e.environment_id)::text FROM environments e
             WHERE e.environment_id = ANY (u.environment_ids)) AS environments
        FROM usage u JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = p.batch_id
        WHERE p.job_id = $1 AND ($2::int IS NULL OR b.batch_no = $2)
        ORDER BY p.ordinal
        """;

    // Triggers keep the sums (0010_errors.sql). A problem whose search finished no answer counts as graded and not right. A failed one is
    // not graded: an error is not a wrong answer.
    const string Accuracy = """
        SELECT v.method, nullif(v.aggregation, '') AS aggregation, v.correct, s.graded, v.unanswered
        FROM job_vote_sums v JOIN job_sums s USING (job_id)
        WHERE v.job_id = $1 AND v.votes > 0
        """;

    const string Totals = $$"""
        SELECT j.spec::text AS spec, j.state, j.problem_count, j.enqueued_at, j.finished_at, j.spec ->> 'reward' IS NOT NULL AS scored,
            s.answered, s.failed, s.unanswered, s.nodes, s.saved_tokens,
            s.policy_flops::double precision AS policy_flops, s.total_flops::double precision AS total_flops,
            s.wall_seconds::double precision AS wall_seconds, s.policy_prompt_tokens, s.policy_sampled_tokens, s.policy_evaluated_tokens,
            s.policy_reencoded_tokens, s.policy_discarded_tokens, s.policy_device_seconds::double precision AS policy_device_seconds,
            s.reward_prompt_tokens, s.reward_sampled_tokens, s.reward_evaluated_tokens, s.reward_reencoded_tokens,
            s.reward_discarded_tokens, s.reward_device_seconds::double precision AS reward_device_seconds, e.reasons, e.ended_early,
            s.policy_unmeasured, s.reward_unmeasured,
            s.policy_cached_tokens, s.reward_cached_tokens, s.policy_uncounted, s.reward_uncounted,
            j.spec ->> 'embedding_model' IS NOT NULL AS embeds, s.embedding_evaluated_tokens, s.embedding_discarded_tokens,
            s.embedding_device_seconds::double precision AS embedding_device_seconds,
            {{UnansweredCauses.Columns}}
        FROM jobs j
        LEFT JOIN job_sums s USING (job_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(ended_by ORDER BY problems DESC, ended_by), '{}') AS reasons,
                coalesce(array_agg(problems ORDER BY problems DESC, ended_by), '{}') AS ended_early
            FROM job_early_ends WHERE job_id = j.job_id AND problems > 0) e
        {{UnansweredCauses.Join}}
        WHERE j.job_id = $1
        """;

    const string Blobs = """
        SELECT batch_no AS "BatchNo", kind AS "Kind", name AS "Name", sha256 AS "Sha256", bytes AS "Bytes"
        FROM blobs WHERE job_id = @JobId ORDER BY batch_no, kind
        """;

    /// <summary>The committed answers of one batch or of the whole job, in the dataset's order.</summary>
    public async IAsyncEnumerable<AnswerRecord> AnswersAsync(
        long jobId, int? batchNo = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = Command(connection, Answers, jobId, batchNo);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        while (await reader.ReadAsync(ct))
        {
            yield return new()
            {
                CustomId = row.Get<string>("custom_id"),
                QuestionId = row.Get<string>("question_id"),
                JobId = jobId,
                BatchNo = row.Get<int>("batch_no"),
                Answer = row.Text("answer"),
                Correct = row.Optional<bool>("correct"),
                GoldAnswer = row.Text("gold_answer"),
                Tolerance = row.Text("tolerance"),
                Votes = JsonSerializer.Deserialize<IReadOnlyList<VoteRecord>>(row.Get<string>("votes"), ContractsJson.Lines)!,
                Candidates =
                    JsonSerializer.Deserialize<IReadOnlyList<CandidateRecord>>(row.Get<string>("candidates"), ContractsJson.Lines)!,
                Error = row.Text("error"),
                EndedBy = row.Text("ended_by"),
                GraderVersion = row.Text("grader_version"),
                UnansweredCause = row.Text("unanswered_cause") is { } cause ? StoredNames.Parse<UnansweredCause>(cause) : null,
                SolutionEnds = row.Text("solution_ends") is { } ends
                    ? JsonSerializer.Deserialize<SolutionEnds>(ends, ContractsJson.Lines) : null,
            };
        }
    }

    /// <summary>The committed usage of one batch or of the whole job, in the dataset's order.</summary>
    public async IAsyncEnumerable<UsageRecord> UsageAsync(
        long jobId, int? batchNo = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = Command(connection, Usage, jobId, batchNo);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        while (await reader.ReadAsync(ct))
        {
            yield return new()
            {
                CustomId = row.Get<string>("custom_id"),
                JobId = jobId,
                BatchNo = row.Get<int>("batch_no"),
                Policy = Model(row, "policy"),
                Reward = row.IsNull("reward_model") ? null : Model(row, "reward"),
                Embedding = row.IsNull("embedding_model") ? null : Embedding(row),
                PolicyFlops = row.Get<double>("policy_flops"),
                TotalFlops = row.Get<double>("total_flops"),
                WallSeconds = row.Get<double>("wall_seconds"),
                Nodes = row.Get<int>("nodes"),
                Attempts = row.Get<int>("attempts"),
                SavedTokensEstimate = row.Get<long>("saved_tokens"),
                Environments = row.Text("environments") is { } environments
                    ? JsonSerializer.Deserialize<IReadOnlyList<RunEnvironment>>(environments, ContractsJson.Lines) : null,
            };
        }
    }

    /// <summary>How often each voting method was right, over the problems with a gold answer and a result that is no error, in the
    /// methods' order.</summary>
    public async Task<IReadOnlyList<AccuracyRecord>> AccuracyAsync(long jobId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Accuracy);
        command.Parameters.Add(new() { Value = jobId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var rows = new List<AccuracyRecord>();
        while (await reader.ReadAsync(ct))
        {
            ScoreAggregation? aggregation = row.Text("aggregation") is { } name ? StoredNames.Parse<ScoreAggregation>(name) : null;
            rows.Add(new(StoredNames.Parse<VotingMethod>(row.Get<string>("method")), aggregation,
                row.Get<int>("correct"), row.Get<int>("graded"))
            { Unanswered = row.Get<int>("unanswered") });
        }
        return [.. rows.OrderBy(r => r.Method).ThenBy(r => r.Aggregation)];
    }

    /// <summary>The sums over the job's committed results so far; null when there is no such job.</summary>
    public async Task<JobTotals?> TotalsAsync(long jobId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Totals);
        command.Parameters.Add(new() { Value = jobId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        if (!await reader.ReadAsync(ct)) return null;
        var policy = ModelSums(row, "policy");
        return new()
        {
            Spec = StoredSpec.Of(jobId, row.Get<string>("spec")),
            State = StoredNames.Parse<JobState>(row.Get<string>("state")),
            Problems = row.Get<int>("problem_count"),
            Answered = row.Optional<int>("answered") ?? 0,
            Failed = row.Optional<int>("failed") ?? 0,
            Unanswered = row.Optional<int>("unanswered") ?? 0,
            UnansweredCauses = UnansweredCauses.Of(row),
            SampledTokens = policy.SampledTokens,
            PolicyFlops = row.Optional<double>("policy_flops") ?? 0,
            TotalFlops = row.Optional<double>("total_flops") ?? 0,
            SearchSeconds = row.Optional<double>("wall_seconds") ?? 0,
            Nodes = row.Optional<long>("nodes") ?? 0,
            EnqueuedAt = row.Get<DateTimeOffset>("enqueued_at"),
            FinishedAt = row.Optional<DateTimeOffset>("finished_at"),
            SavedTokensEstimate = row.Optional<long>("saved_tokens") ?? 0,
            EndedEarly = [.. row.Get<string[]>("reasons").Zip(row.Get<int[]>("ended_early"))
                .Select(pair => new EarlyEndRecord(pair.First, pair.Second))],
            Policy = policy,
            Reward = row.Get<bool>("scored") ? ModelSums(row, "reward") : null,
            Embedding = !row.Get<bool>("embeds") ? null : new()
            {
                EvaluatedTokens = row.Optional<long>("embedding_evaluated_tokens") ?? 0,
                DiscardedTokens = row.Optional<long>("embedding_discarded_tokens") ?? 0,
                DeviceSeconds = row.Optional<double>("embedding_device_seconds") ?? 0,
            },
        };
    }

    /// <summary>The summary of an ended job; null when there is no such job or it has not ended.</summary>
    public async Task<JobSummary?> SummaryAsync(long jobId, CancellationToken ct)
    {
        if (await TotalsAsync(jobId, ct) is not { FinishedAt: { } finishedAt } totals
            || JobStates.OutcomeOf(totals.State, totals.Failed) is not { } outcome) return null;
        return new()
        {
            JobId = jobId,
            Spec = totals.Spec,
            State = outcome,
            Problems = totals.Problems,
            Answered = totals.Answered,
            Failed = totals.Failed,
            Unanswered = totals.Unanswered,
            UnansweredCauses = totals.UnansweredCauses,
            Accuracy = await AccuracyAsync(jobId, ct),
            SampledTokens = totals.SampledTokens,
            PolicyFlops = totals.PolicyFlops,
            TotalFlops = totals.TotalFlops,
            Policy = totals.Policy,
            Reward = totals.Reward,
            Embedding = totals.Embedding,
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

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long jobId, int? batchNo) => new NpgsqlCommand(sql, connection)
    {
        Parameters = { new() { Value = jobId }, new() { Value = (object?)batchNo ?? DBNull.Value } },
    }.ForWholeJob();

    static ModelUsage Model(NamedRow row, string role) => new()
    {
        Model = row.Get<string>($"{role}_model"),
        Sha256 = row.Get<string>($"{role}_sha256"),
        Parameters = row.Get<long>($"{role}_parameters"),
        PromptTokens = row.Get<long>($"{role}_prompt_tokens"),
        SampledTokens = row.Get<long>($"{role}_sampled_tokens"),
        EvaluatedTokens = row.Get<long>($"{role}_evaluated_tokens"),
        ReencodedTokens = row.Get<long>($"{role}_reencoded_tokens"),
        CachedTokens = row.Optional<long>($"{role}_cached_tokens"),
        DiscardedTokens = row.Get<long>($"{role}_discarded_tokens"),
        DeviceSeconds = row.Optional<double>($"{role}_device_seconds"),
    };

    static ModelUsage Embedding(NamedRow row) => new()
    {
        Model = row.Get<string>("embedding_model"),
        Sha256 = row.Get<string>("embedding_sha256"),
        Parameters = row.Get<long>("embedding_parameters"),
        EvaluatedTokens = row.Get<long>("embedding_evaluated_tokens"),
        DiscardedTokens = row.Get<long>("embedding_discarded_tokens"),
        DeviceSeconds = row.Optional<double>("embedding_device_seconds"),
    };

    static ModelTotals ModelSums(NamedRow row, string role) => new()
    {
        PromptTokens = row.Optional<long>($"{role}_prompt_tokens") ?? 0,
        SampledTokens = row.Optional<long>($"{role}_sampled_tokens") ?? 0,
        EvaluatedTokens = row.Optional<long>($"{role}_evaluated_tokens") ?? 0,
        ReencodedTokens = row.Optional<long>($"{role}_reencoded_tokens") ?? 0,
        CachedTokens = row.Optional<int>($"{role}_uncounted") == 0 && row.Optional<long>($"{role}_evaluated_tokens") > 0
            ? row.Optional<long>($"{role}_cached_tokens") : null,
        DiscardedTokens = row.Optional<long>($"{role}_discarded_tokens") ?? 0,
        // Null without a sum, that is without a result, and if a problem's seconds are not known.
        DeviceSeconds = row.Optional<int>($"{role}_unmeasured") > 0 ? null : row.Optional<double>($"{role}_device_seconds") ?? 0,
    };
}
