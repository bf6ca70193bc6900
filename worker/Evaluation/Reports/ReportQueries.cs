using System.Text.Json;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Reads ended jobs and single search trees for reports.</summary>
sealed class ReportQueries(NpgsqlDataSource db)
{
    // The newest ended job's dataset, by name or hash if the user gave one. Jobs that are older than those columns have the same dataset if
    // they have the same questions. Comparing questions means reading them, so it is done only if the number of problems is the same.
    const string Newest = $"""
        WITH newest AS (
            SELECT job_id AS newest_id, problem_count, dataset_sha256 FROM jobs
            WHERE state IN {JobStates.Ended} AND ($1::text IS NULL OR dataset_name = $1 OR starts_with(dataset_sha256, lower($1)))
            ORDER BY job_id DESC LIMIT 1),
        questions AS (
            SELECT j.job_id, CASE WHEN j.dataset_sha256 IS NULL OR n.dataset_sha256 IS NULL OR j.job_id = n.newest_id THEN (
                SELECT md5(string_agg(md5(p.question || E'\n' || coalesce(p.gold_answer, '')), ''
                    ORDER BY p.question_id, p.custom_id, p.ordinal))
                FROM problems p WHERE p.job_id = j.job_id) END AS md5
            FROM jobs j JOIN newest n USING (problem_count)
            WHERE j.state IN {JobStates.Ended})
        SELECT j.job_id
        FROM jobs j JOIN newest n USING (problem_count) JOIN questions q USING (job_id) JOIN questions r ON r.job_id = n.newest_id
        WHERE j.dataset_sha256 = n.dataset_sha256 OR q.md5 = r.md5 OR j.job_id = n.newest_id
        ORDER BY j.job_id
        """;

    const string SweepJobs = """
        SELECT sj.job_id FROM sweeps s LEFT JOIN sweep_jobs sj USING (sweep_id) WHERE s.sweep_id = $1 ORDER BY sj.place
        """;

    // The key is a hash of the content, because one of two jobs may be older than the columns that name the dataset.
    const string Job = """
        SELECT j.spec::text, j.state, j.dataset_name, j.started_at, j.finished_at, p.key,
            j.problem_count - a.answered, a.failed, j.problem_count - p.graded, a.ended_early,
            coalesce(u.policy_model, j.spec ->> 'policy'), coalesce(u.policy_sha256, ''), coalesce(u.policy_parameters, 0),
            coalesce(u.reward_model, j.spec ->> 'reward'), coalesce(u.reward_sha256, ''), coalesce(u.reward_parameters, 0), a.graders,
            ARRAY(SELECT e.content::text FROM environments e
                WHERE e.environment_id IN (SELECT unnest(environment_ids) FROM usage WHERE job_id = j.job_id) ORDER BY e.environment_id)
        FROM jobs j
        CROSS JOIN LATERAL (
            SELECT md5(string_agg(md5(question || E'\n' || coalesce(gold_answer, '')), '' ORDER BY question_id, custom_id, ordinal)) AS key,
                count(gold_answer)::int AS graded
            FROM problems WHERE job_id = j.job_id) p
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS answered, (count(*) FILTER (WHERE failed))::int AS failed, count(ended_by)::int AS ended_early,
                coalesce(array_agg(DISTINCT grader_version) FILTER (WHERE grader_version IS NOT NULL), '{}') AS graders
            FROM answers WHERE job_id = j.job_id) a
        LEFT JOIN LATERAL (
            SELECT policy_model, policy_sha256, policy_parameters, reward_model, reward_sha256, reward_parameters
            FROM usage WHERE job_id = j.job_id ORDER BY problem_id LIMIT 1) u ON true
        WHERE j.job_id = $1
        """;

    const string Problems = """
        SELECT p.question_id, coalesce(a.correct, false), coalesce(u.policy_flops, 0),
            coalesce(2.0::float8 * u.policy_parameters * u.policy_evaluated_tokens, 0),
            coalesce(2.0::float8 * u.reward_parameters * u.reward_evaluated_tokens, 0),
            CASE WHEN u.problem_id IS NULL THEN 0 ELSE u.policy_device_seconds END,
            CASE WHEN u.reward_sha256 IS NULL THEN 0 ELSE u.reward_device_seconds END,
            ARRAY(SELECT v ->> 'method' FROM jsonb_array_elements(a.votes) WITH ORDINALITY e(v, place)
                WHERE (v ->> 'correct')::boolean ORDER BY place),
            ARRAY(SELECT coalesce(v ->> 'aggregation', '') FROM jsonb_array_elements(a.votes) WITH ORDINALITY e(v, place)
                WHERE (v ->> 'correct')::boolean ORDER BY place),
            p.level, coalesce(a.failed, false), coalesce(a.answer IS NULL AND NOT a.failed, false),
            a.unanswered_cause, coalesce((a.solution_ends ->> a.unanswered_cause)::int, 0),
            coalesce((SELECT sum(e.value::int) FROM jsonb_each_text(a.solution_ends) e WHERE a.unanswered_cause IS NOT NULL), 0)::int,
            a.problem_id IS NOT NULL, u.wall_seconds, a.ended_by, coalesce(u.saved_tokens, 0),
            (SELECT v ->> 'answer' FROM jsonb_array_elements(a.votes) v WHERE v ->> 'method' = 'majority' LIMIT 1),
            coalesce(2.0::float8 * u.embedding_parameters * u.embedding_evaluated_tokens, 0), coalesce(u.embedding_device_seconds, 0)
        FROM problems p LEFT JOIN answers a USING (problem_id) LEFT JOIN usage u USING (problem_id)
        WHERE p.job_id = $1 AND p.gold_answer IS NOT NULL
        ORDER BY p.question_id, p.custom_id, p.ordinal
        """;

    /// <summary>The ended jobs on the dataset of the newest ended job; empty if there is none.</summary>
    /// <param name="dataset">A dataset's name or the beginning of its SHA-256; null for any.</param>
    public Task<IReadOnlyList<long>> NewestAsync(string? dataset, CancellationToken ct) =>
        JobsAsync(Newest, (object?)dataset ?? DBNull.Value, ct);

    /// <summary>The jobs of a sweep in its order; null when there is no such sweep.</summary>
    public async Task<IReadOnlyList<long>?> SweepAsync(long sweepId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(SweepJobs);
        command.Parameters.Add(new() { Value = sweepId });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var jobs = new List<long>();
        do
            if (!row.IsDBNull(0)) jobs.Add(row.GetInt64(0));
        while (await row.ReadAsync(ct));
        return jobs;
    }

    /// <summary>Null: no such job.</summary>
    public async Task<MeasuredJob?> JobAsync(long jobId, CancellationToken ct)
    {
        var problems = await ProblemsAsync(jobId, ct);
        await using var command = db.CreateCommand(Job).ForWholeJob();
        command.Parameters.Add(new() { Value = jobId });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new()
        {
            JobId = jobId,
            Spec = StoredSpec.Of(jobId, row.GetString(0)),
            State = StoredNames.Parse<JobState>(row.GetString(1)),
            DatasetKey = row.GetString(5),
            DatasetName = row.IsDBNull(2) ? null : row.GetString(2),
            StartedAt = Time(3),
            FinishedAt = Time(4),
            WithoutResult = row.GetInt32(6),
            Failed = row.GetInt32(7),
            Ungraded = row.GetInt32(8),
            EndedEarly = row.GetInt32(9),
            Policy = MeasuredModel.Of(row.GetString(10), row.GetString(11), row.GetInt64(12)),
            Reward = row.IsDBNull(13) ? null : MeasuredModel.Of(row.GetString(13), row.GetString(14), row.GetInt64(15)),
            Graders = row.GetFieldValue<string[]>(16),
            Environments = [.. row.GetFieldValue<string[]>(17)
                .Select(text => JsonSerializer.Deserialize<RunEnvironment>(text, ContractsJson.Lines)!)],
            Problems = problems,
        };

        DateTimeOffset? Time(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }

    async Task<IReadOnlyList<MeasuredProblem>> ProblemsAsync(long jobId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Problems).ForWholeJob();
        command.Parameters.Add(new() { Value = jobId });
        await using var row = await command.ExecuteReaderAsync(ct);
        var problems = new List<MeasuredProblem>();
        while (await row.ReadAsync(ct))
        {
            var votes = row.GetFieldValue<string[]>(7).Zip(row.GetFieldValue<string[]>(8), (method, aggregation) =>
                new VotingRule(StoredNames.Parse<VotingMethod>(method), aggregation.Length == 0
                    ? null : StoredNames.Parse<ScoreAggregation>(aggregation)));
            problems.Add(new()
            {
                QuestionId = row.GetString(0),
                RightVotes = [.. votes],
                IsRight = row.GetBoolean(1),
                PolicyFlops = row.GetDouble(2),
                PolicyEvaluatedFlops = row.GetDouble(3),
                RewardFlops = row.GetDouble(4),
                PolicySeconds = row.IsDBNull(5) ? null : row.GetDouble(5),
                RewardSeconds = row.IsDBNull(6) ? null : row.GetDouble(6),
                Level = row.IsDBNull(9) ? null : row.GetInt16(9),
                HasResult = row.GetBoolean(15),
                WallSeconds = row.IsDBNull(16) ? null : row.GetDouble(16),
                EndedBy = row.IsDBNull(17) ? null : row.GetString(17),
                SavedTokens = row.GetInt64(18),
                MajorityAnswer = row.IsDBNull(19) ? null : row.GetString(19),
                EmbeddingFlops = row.GetDouble(20),
                EmbeddingSeconds = row.GetDouble(21),
                Failed = row.GetBoolean(10),
                Unanswered = row.GetBoolean(11),
                UnansweredBy = row.IsDBNull(12) ? null
                    : new(StoredNames.Parse<UnansweredCause>(row.GetString(12)), 1, row.GetInt32(13), row.GetInt32(14)),
            });
        }

        return problems;
    }

    async Task<IReadOnlyList<long>> JobsAsync(string sql, object parameter, CancellationToken ct)
    {
        await using var command = db.CreateCommand(sql).ForWholeJob();
        command.Parameters.Add(new() { Value = parameter });
        await using var row = await command.ExecuteReaderAsync(ct);
        var jobs = new List<long>();
        while (await row.ReadAsync(ct)) jobs.Add(row.GetInt64(0));
        return jobs;
    }
}
