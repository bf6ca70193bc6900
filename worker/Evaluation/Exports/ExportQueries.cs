using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>Reads jobs with their answers for other tools' formats. One connection, one query at a time.</summary>
sealed class ExportQueries(NpgsqlDataSource db)
{
    const string Ended = $"SELECT job_id FROM jobs WHERE state IN {JobStates.Ended} ORDER BY job_id";

    const string Job = """
        SELECT j.job_key, j.spec::text AS spec, j.state, j.dataset_name, j.dataset_sha256, j.problem_count, j.enqueued_at, j.started_at,
            j.finished_at, coalesce(s.answered, 0) AS answered, coalesce(s.failed, 0) AS failed,
            coalesce(u.policy_sha256, '') AS policy_sha256, coalesce(u.policy_parameters, 0) AS policy_parameters,
            coalesce(u.reward_sha256, '') AS reward_sha256, coalesce(u.reward_parameters, 0) AS reward_parameters,
            coalesce(s.policy_prompt_tokens, 0) AS policy_prompt_tokens, coalesce(s.policy_sampled_tokens, 0) AS policy_sampled_tokens,
            coalesce(s.policy_evaluated_tokens, 0) AS policy_evaluated_tokens,
            coalesce(s.reward_prompt_tokens, 0) AS reward_prompt_tokens, coalesce(s.reward_evaluated_tokens, 0) AS reward_evaluated_tokens,
            ARRAY(SELECT DISTINCT grader_version FROM answers WHERE job_id = j.job_id AND grader_version IS NOT NULL ORDER BY 1) AS graders,
            (SELECT json_agg(e.content ORDER BY e.environment_id)::text FROM environments e
             WHERE e.environment_id IN (SELECT unnest(environment_ids) FROM usage WHERE job_id = j.job_id)) AS environments
        FROM jobs j
        LEFT JOIN job_sums s USING (job_id)
        LEFT JOIN LATERAL (
            SELECT policy_sha256, policy_parameters, reward_sha256, reward_parameters
            FROM usage WHERE job_id = j.job_id ORDER BY problem_id LIMIT 1) u ON true
        WHERE j.job_id = $1
        """;

    const string Votes = """
        SELECT v.method, nullif(v.aggregation, '') AS aggregation, v.correct, s.graded, v.unanswered
        FROM job_vote_sums v JOIN job_sums s USING (job_id)
        WHERE v.job_id = $1 AND v.votes > 0
        """;

    const string Answers = """
        SELECT p.ordinal, p.custom_id, p.question_id, p.question, p.gold_answer, p.level, b.batch_no, a.answer, a.correct,
            a.votes::text AS votes, a.candidates::text AS candidates, a.error, a.ended_by, a.grader_version, a.unanswered_cause,
            a.created_at,
            u.policy_prompt_tokens, u.policy_sampled_tokens, u.policy_evaluated_tokens, u.policy_device_seconds,
            u.reward_sha256, u.reward_prompt_tokens, u.reward_evaluated_tokens, u.reward_device_seconds,
            u.policy_flops, u.total_flops, u.wall_seconds, u.nodes, u.attempts
        FROM answers a JOIN problems p USING (problem_id) JOIN usage u USING (problem_id) JOIN batches b ON b.batch_id = p.batch_id
        WHERE p.job_id = $1
        ORDER BY p.ordinal
        """;

    /// <summary>All ended jobs, the oldest first.</summary>
    public async Task<IReadOnlyList<long>> EndedAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<long>(new CommandDefinition(Ended, cancellationToken: ct))).AsList();
    }

    /// <summary>The job; null when it has not ended.</summary>
    public async Task<ExportedJob?> JobAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var votes = await VotesAsync(connection, jobId, ct);
        await using var command = Command(connection, Job, jobId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        if (!await reader.ReadAsync(ct)) return null;
        var failed = row.Get<int>("failed");
        if (JobStates.OutcomeOf(StoredNames.Parse<JobState>(row.Get<string>("state")), failed) is not { } outcome) return null;
        var spec = StoredSpec.Of(jobId, row.Get<string>("spec"));
        return new()
        {
            JobId = jobId, Key = row.Get<Guid>("job_key"), Spec = spec, Outcome = outcome,
            DatasetName = row.Text("dataset_name"), DatasetSha256 = row.Text("dataset_sha256"),
            Problems = row.Get<int>("problem_count"), Answered = row.Get<int>("answered"), Failed = failed,
            EnqueuedAt = row.Get<DateTimeOffset>("enqueued_at"), StartedAt = row.Optional<DateTimeOffset>("started_at"),
            FinishedAt = row.Get<DateTimeOffset>("finished_at"),
            Policy = new()
            {
                Model = spec.Policy, Sha256 = row.Get<string>("policy_sha256"), Parameters = row.Get<long>("policy_parameters"),
                PromptTokens = row.Get<long>("policy_prompt_tokens"), SampledTokens = row.Get<long>("policy_sampled_tokens"),
                EvaluatedTokens = row.Get<long>("policy_evaluated_tokens"),
            },
            Reward = spec.Reward is not { } reward ? null : new()
            {
                Model = reward, Sha256 = row.Get<string>("reward_sha256"), Parameters = row.Get<long>("reward_parameters"),
                PromptTokens = row.Get<long>("reward_prompt_tokens"), EvaluatedTokens = row.Get<long>("reward_evaluated_tokens"),
            },
            Votes = votes, Graders = row.Get<string[]>("graders"),
            Environments = row.Text("environments") is { } environments
                ? JsonSerializer.Deserialize<IReadOnlyList<RunEnvironment>>(environments, ContractsJson.Lines)! : [],
        };
    }

    /// <summary>The job's committed answers, in the dataset's order; they are not held in memory.</summary>
    public async IAsyncEnumerable<ExportedAnswer> AnswersAsync(ExportedJob job, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = Command(connection, Answers, job.JobId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        while (await reader.ReadAsync(ct))
            yield return new(
                row.Get<int>("ordinal"), row.Get<string>("question"), row.Optional<short>("level"), AnswerOf(job.JobId, row),
                UsageOf(job, row), row.Get<DateTimeOffset>("created_at"));
    }

    static AnswerRecord AnswerOf(long jobId, NamedRow row) => new()
    {
        CustomId = row.Get<string>("custom_id"), QuestionId = row.Get<string>("question_id"), JobId = jobId,
        BatchNo = row.Get<int>("batch_no"),
        Answer = row.Text("answer"), Correct = row.Optional<bool>("correct"), GoldAnswer = row.Text("gold_answer"),
        Votes = JsonSerializer.Deserialize<IReadOnlyList<VoteRecord>>(row.Get<string>("votes"), ContractsJson.Lines)!,
        Candidates = JsonSerializer.Deserialize<IReadOnlyList<CandidateRecord>>(row.Get<string>("candidates"), ContractsJson.Lines)!,
        Error = row.Text("error"), EndedBy = row.Text("ended_by"), GraderVersion = row.Text("grader_version"),
        UnansweredCause = row.Text("unanswered_cause") is { } cause ? StoredNames.Parse<UnansweredCause>(cause) : null,
    };

    static UsageRecord UsageOf(ExportedJob job, NamedRow row) => new()
    {
        CustomId = row.Get<string>("custom_id"), JobId = job.JobId, BatchNo = row.Get<int>("batch_no"),
        Policy = new()
        {
            Model = job.Policy.Model,
            PromptTokens = row.Get<long>("policy_prompt_tokens"), SampledTokens = row.Get<long>("policy_sampled_tokens"),
            EvaluatedTokens = row.Get<long>("policy_evaluated_tokens"), DeviceSeconds = row.Optional<double>("policy_device_seconds"),
        },
        Reward = row.IsNull("reward_sha256") ? null : new()
        {
            Model = job.Reward?.Model ?? "", PromptTokens = row.Get<long>("reward_prompt_tokens"),
            EvaluatedTokens = row.Get<long>("reward_evaluated_tokens"), DeviceSeconds = row.Optional<double>("reward_device_seconds"),
        },
        PolicyFlops = row.Get<double>("policy_flops"), TotalFlops = row.Get<double>("total_flops"),
        WallSeconds = row.Get<double>("wall_seconds"), Nodes = row.Get<int>("nodes"), Attempts = row.Get<int>("attempts"),
    };

    static async Task<IReadOnlyList<AccuracyRecord>> VotesAsync(NpgsqlConnection connection, long jobId, CancellationToken ct)
    {
        await using var command = Command(connection, Votes, jobId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, votes) = (new NamedRow(reader), new List<AccuracyRecord>());
        while (await reader.ReadAsync(ct))
        {
            ScoreAggregation? aggregation = row.Text("aggregation") is { } name ? StoredNames.Parse<ScoreAggregation>(name) : null;
            var method = StoredNames.Parse<VotingMethod>(row.Get<string>("method"));
            votes.Add(new(method, aggregation, row.Get<int>("correct"), row.Get<int>("graded"))
            {
                Unanswered = row.Get<int>("unanswered"),
            });
        }
        return [.. votes.OrderBy(vote => vote.Method).ThenBy(vote => vote.Aggregation)];
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long jobId) => new NpgsqlCommand(sql, connection)
    {
        Parameters = { new() { Value = jobId } },
    }.ForWholeJob();
}
