using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// Stores jobs in the transaction that the caller has open on <paramref name="connection"/>. All that one object stores is one submission:
/// it shares its line with the other submissions, and its own jobs follow each other.
/// </summary>
/// <param name="by">Who enqueues them; null: the user of this process.</param>
sealed class JobInsert(NpgsqlConnection connection, Actor? by = null)
{
    readonly SubmissionTurns _turns = new();

    const string InsertJob = """
        INSERT INTO jobs (spec, problem_count, dataset_name, dataset_sha256, settings_sha256, inputs_sha256, closes_at, message_id,
            policy_sha256, reward_sha256, embedding_sha256, priority, team, dataset_path, tags)
        VALUES (@Spec::jsonb, @Problems, @DatasetName, @DatasetSha256, @SettingsSha256, @InputsSha256, @ClosesAt, @MessageId,
            @PolicySha256, @RewardSha256, @EmbeddingSha256, @Priority, @Team, @DatasetPath, @Tags::jsonb)
        ON CONFLICT (message_id) DO NOTHING
        RETURNING job_id
        """;

    const string CopyProblems = """
        COPY problems (job_id, batch_id, ordinal, custom_id, question_id, question, gold_answer, level, tolerance, family)
        FROM STDIN (FORMAT BINARY)
        """;

    /// <summary>Stores a job, cut into batches. Waiting workers hear of it when the transaction commits.</summary>
    /// <param name="closesAt">The end of the job's window (<c>jobs.closes_at</c>); null for a job that may always run.</param>
    /// <param name="tags">None if not given.</param>
    /// <returns>The job's id.</returns>
    /// <exception cref="UserException">
    /// The spec is not valid, its deadline has passed, there is no problem, or a custom id occurs twice.
    /// </exception>
    public async Task<long> InsertAsync(
        JobSpec spec, IReadOnlyList<ProblemSpec> problems, JobInputs inputs, DateTimeOffset? closesAt, CancellationToken ct,
        TagSet? tags = null) =>
        (await InsertAsync(spec, problems, inputs, closesAt, messageId: null, ct, tags))!.Value;

    /// <summary>As above, at most once for each message id.</summary>
    /// <param name="messageId">Id of the message that brought the job; null for a job without a message.</param>
    /// <returns>The job's id; null, with nothing stored, when the message is a job already.</returns>
    /// <inheritdoc cref="InsertAsync(JobSpec, IReadOnlyList{ProblemSpec}, JobInputs, DateTimeOffset?, CancellationToken, TagSet?)"/>
    public async Task<long?> InsertAsync(
        JobSpec spec, IReadOnlyList<ProblemSpec> problems, JobInputs inputs, DateTimeOffset? closesAt, string? messageId,
        CancellationToken ct, TagSet? tags = null)
    {
        Check(spec, problems);
        spec = spec with { Team = spec.Team is { } team ? PostgresText.Clean(team) : null };
        await CheckDeadlineAsync(spec, ct);
        var inserted = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertJob, new
        {
            Spec = PostgresJson(spec), Problems = problems.Count,
            DatasetName = inputs.DatasetName is { } name ? PostgresText.Clean(name) : null,
            inputs.DatasetSha256, inputs.SettingsSha256, inputs.InputsSha256, ClosesAt = closesAt?.ToUniversalTime(), MessageId = messageId,
            inputs.PolicySha256, inputs.RewardSha256, inputs.EmbeddingSha256, Priority = (short)spec.Priority, spec.Team,
            DatasetPath = inputs.DatasetPath is { } path ? PostgresText.Clean(path) : null, Tags = (tags ?? TagSet.None).ToJson(),
        }, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));
        if (inserted is not { } jobId) return null;
        var batches = (problems.Count + spec.BatchSize - 1) / spec.BatchSize;
        var transitions = new BatchTransitions(connection);
        var line = (spec.Priority, Team: spec.Team ?? "");
        var turn = _turns.NextOf(line.Priority, line.Team) ?? await transitions.TurnAsync(line.Priority, line.Team, ct);
        _turns.Take(line.Priority, line.Team, turn + problems.Count);
        var batchIds = await transitions.InsertAsync(jobId, spec, batches, turn, ct);
        await CopyAsync(jobId, batchIds, spec.BatchSize, problems, ct);
        await new EventLog(connection, by ?? Actor.OfProcess).OfJobAsync(
            jobId, Deeds.Enqueued, Detail(problems.Count, inputs.DatasetName), ct);
        await connection.ExecuteAsync(new CommandDefinition(EnqueueListener.Announce, new { JobId = jobId }, cancellationToken: ct));
        return jobId;
    }

    static string Detail(int problems, string? dataset) => string.Create(CultureInfo.InvariantCulture,
        $"{problems} problem{(problems == 1 ? "" : "s")}{(dataset is null ? "" : $" of {dataset}")}");

    async Task CheckDeadlineAsync(JobSpec spec, CancellationToken ct)
    {
        if (spec.Deadline is not { } deadline) return;
        var now = await DatabaseClock.NowAsync(connection, ct);
        if (deadline <= now)
            throw new UserException(ExitCode.BadInput, string.Create(CultureInfo.InvariantCulture,
                $"the deadline {deadline:yyyy-MM-dd HH:mm:ss zzz} has passed: the database's clock shows {now:yyyy-MM-dd HH:mm:ss} UTC, "
                    + $"and all problems would end without an answer; name a later one"));
    }

    async Task CopyAsync(long jobId, long[] batchIds, int batchSize, IReadOnlyList<ProblemSpec> problems, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyProblems, ct);
        copy.Timeout = TimeSpan.FromSeconds(StatementLimit.OfWholeJob(connection));
        for (var ordinal = 0; ordinal < problems.Count; ordinal++)
        {
            var problem = problems[ordinal];
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(jobId, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(batchIds[ordinal / batchSize], NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(ordinal, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(PostgresText.Clean(problem.CustomId), NpgsqlDbType.Text, ct);
            await copy.WriteAsync(PostgresText.Clean(problem.QuestionId), NpgsqlDbType.Text, ct);
            await copy.WriteAsync(PostgresText.Clean(problem.Question), NpgsqlDbType.Text, ct);
            if (problem.GoldAnswer is { } gold) await copy.WriteAsync(PostgresText.Clean(gold), NpgsqlDbType.Text, ct);
            else await copy.WriteNullAsync(ct);
            if (problem.Level is { } level) await copy.WriteAsync(level, NpgsqlDbType.Smallint, ct);
            else await copy.WriteNullAsync(ct);
            if (problem.Tolerance is { } tolerance) await copy.WriteAsync(PostgresText.Clean(tolerance), NpgsqlDbType.Text, ct);
            else await copy.WriteNullAsync(ct);
            if (problem.Family is { } family) await copy.WriteAsync(PostgresText.Clean(family), NpgsqlDbType.Text, ct);
            else await copy.WriteNullAsync(ct);
        }

        await copy.CompleteAsync(ct);
    }

    static string PostgresJson(JobSpec spec) =>
        JsonSerializer.Serialize(spec with { Name = PostgresText.Clean(spec.Name) }, ContractsJson.Lines);

    static void Check(JobSpec spec, IReadOnlyList<ProblemSpec> problems)
    {
        if (spec.Faults().ToArray() is { Length: > 0 } wrong)
            throw new UserException(ExitCode.BadInput, $"The job can't be run: {string.Join("; ", wrong)}.");
        if (problems.Count == 0)
            throw new UserException(ExitCode.BadInput, "the dataset holds no problem, so there is nothing to enqueue");
        var seen = new HashSet<string>(problems.Count, StringComparer.Ordinal);
        if (problems.FirstOrDefault(p => !seen.Add(p.CustomId)) is { } twice)
        {
            throw new UserException(
                ExitCode.BadInput,
                $"the custom id '{twice.CustomId}' occurs more than once in the dataset: make it unique, because it identifies the answer");
        }
    }
}
