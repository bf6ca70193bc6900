using Dapper;
using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>Commits the results of a batch, exactly once.</summary>
sealed class ResultStore(NpgsqlDataSource db)
{
    const string CopyAnswers = """
        COPY answers (problem_id, job_id, batch_id, answer, correct, votes, candidates, error, ended_by, grader_version, lease_epoch,
            unanswered_cause, solution_ends)
        FROM STDIN (FORMAT BINARY)
        """;

    const string CopyUsage = """
        COPY usage (problem_id, job_id, batch_id, policy_model, policy_sha256, policy_parameters, policy_prompt_tokens,
            policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens, policy_device_seconds,
            reward_model, reward_sha256, reward_parameters, reward_prompt_tokens,
            reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens, reward_device_seconds,
            policy_flops, total_flops, wall_seconds, nodes, attempts, saved_tokens, environment_ids)
        FROM STDIN (FORMAT BINARY)
        """;

    const string Unanswered = """
        SELECT count(*) FROM problems p
        WHERE p.batch_id = @BatchId AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        """;

    const string RanOn = $"""
        SELECT p.problem_id, {SearchEnvironments.Ids} FROM problems p JOIN batches b USING (batch_id) WHERE p.batch_id = @BatchId
        """;

    /// <summary>
    /// Completes the batch: stores the answers and usage of the problems that had none, orders its files and, if it was the job's last
    /// batch, ends the job. One transaction: a crash leaves all or nothing. After a commit of unknown outcome a second call returns false,
    /// as for a lost lease: either way the caller no longer holds the batch.
    /// </summary>
    /// <returns>False: the lease is lost and nothing was written.</returns>
    /// <exception cref="RewoundException">The database lost steps on which an answer rests; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">Problems would stay without an answer.</exception>
    /// <exception cref="PostgresException">
    /// A problem has an answer already (23505). That is the caller's error, because the fence lets nobody else write one.
    /// </exception>
    public Task<bool> CompleteAsync(BatchLease lease, IReadOnlyList<ProblemResult> results, CancellationToken ct) =>
        EndAsync(lease, results, complete: true, ct);

    /// <summary>
    /// As <see cref="CompleteAsync"/> for the batch of a cancelled job: it ends as cancelled, and problems may stay without an answer.
    /// </summary>
    /// <returns>False: the lease is lost and nothing was written.</returns>
    /// <exception cref="RewoundException">The database lost steps on which an answer rests; nothing was written.</exception>
    public Task<bool> CancelAsync(BatchLease lease, IReadOnlyList<ProblemResult> results, CancellationToken ct) =>
        EndAsync(lease, results, complete: false, ct);

    async Task<bool> EndAsync(BatchLease lease, IReadOnlyList<ProblemResult> results, bool complete, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        await batches.LockJobAsync(lease.JobId, ct);
        if (!await (complete ? batches.CompleteAsync(lease, ct) : batches.CancelAsync(lease, ct))) return false;
        results = await StoredSums.CheckAsync(connection, results, ct);
        await WriteAnswersAsync(connection, lease, results, ct);
        await WriteUsageAsync(connection, lease, results, ct);
        if (complete) await CheckAllAnsweredAsync(connection, lease, ct);
        await batches.EndAsync(lease.JobId, [lease.BatchId], ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    static async Task CheckAllAnsweredAsync(NpgsqlConnection connection, BatchLease lease, CancellationToken ct)
    {
        var missing = await connection.ExecuteScalarAsync<long>(
            new CommandDefinition(Unanswered, new { lease.BatchId }, cancellationToken: ct));
        if (missing == 0) return;
        throw new InvalidOperationException(
            $"batch {lease.BatchNo} of job {lease.JobId} can't be completed: {missing} of its problems have no answer");
    }

    static async Task WriteAnswersAsync(
        NpgsqlConnection connection, BatchLease lease, IReadOnlyList<ProblemResult> results, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyAnswers, ct);
        foreach (var (problemId, answer, _) in results)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(problemId, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(lease.JobId, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(lease.BatchId, NpgsqlDbType.Bigint, ct);
            await WriteTextAsync(copy, AnswerJson.Clean(answer.Answer), ct);
            if (answer.Correct is { } correct) await copy.WriteAsync(correct, NpgsqlDbType.Boolean, ct);
            else await copy.WriteNullAsync(ct);
            await copy.WriteAsync(AnswerJson.Votes(answer.Votes), NpgsqlDbType.Jsonb, ct);
            await copy.WriteAsync(AnswerJson.Candidates(answer.Candidates), NpgsqlDbType.Jsonb, ct);
            await WriteTextAsync(copy, AnswerJson.Clean(answer.Error), ct);
            await WriteTextAsync(copy, answer.EndedBy, ct);
            await WriteTextAsync(copy, answer.GraderVersion, ct);
            await copy.WriteAsync(lease.Epoch, NpgsqlDbType.Bigint, ct);
            await WriteTextAsync(copy, answer.UnansweredCause is { } cause ? StoredNames.Of(cause) : null, ct);
            if (answer.SolutionEnds is { } ends) await copy.WriteAsync(AnswerJson.Ends(ends), NpgsqlDbType.Jsonb, ct);
            else await copy.WriteNullAsync(ct);
        }
        await copy.CompleteAsync(ct);
    }

    static async Task WriteUsageAsync(
        NpgsqlConnection connection, BatchLease lease, IReadOnlyList<ProblemResult> results, CancellationToken ct)
    {
        var ranOn = (await connection.QueryAsync<(long Problem, long[]? Ids)>(
            new CommandDefinition(RanOn, new { lease.BatchId }, cancellationToken: ct))).ToDictionary(row => row.Problem, row => row.Ids);
        await using var copy = await connection.BeginBinaryImportAsync(CopyUsage, ct);
        foreach (var (problemId, _, usage) in results)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(problemId, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(lease.JobId, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(lease.BatchId, NpgsqlDbType.Bigint, ct);
            await WriteModelAsync(copy, usage.Policy, ct);
            await WriteModelAsync(copy, usage.Reward, ct);
            await copy.WriteAsync(usage.PolicyFlops, NpgsqlDbType.Double, ct);
            await copy.WriteAsync(usage.TotalFlops, NpgsqlDbType.Double, ct);
            await copy.WriteAsync(usage.WallSeconds, NpgsqlDbType.Double, ct);
            await copy.WriteAsync(usage.Nodes, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(usage.Attempts, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(usage.SavedTokensEstimate, NpgsqlDbType.Bigint, ct);
            if (ranOn.GetValueOrDefault(problemId) is { } ids) await copy.WriteAsync(ids, NpgsqlDbType.Array | NpgsqlDbType.Bigint, ct);
            else await copy.WriteNullAsync(ct);
        }
        await copy.CompleteAsync(ct);
    }

    static async Task WriteModelAsync(NpgsqlBinaryImporter copy, ModelUsage? model, CancellationToken ct)
    {
        await WriteTextAsync(copy, model?.Model, ct);
        await WriteTextAsync(copy, model?.Sha256, ct);
        long?[] figures =
        [
            model?.Parameters, model?.PromptTokens, model?.SampledTokens, model?.EvaluatedTokens,
            model?.ReencodedTokens, model?.DiscardedTokens,
        ];
        foreach (var figure in figures)
        {
            if (figure is { } value) await copy.WriteAsync(value, NpgsqlDbType.Bigint, ct);
            else await copy.WriteNullAsync(ct);
        }
        if (model is not null) await copy.WriteAsync(model.DeviceSeconds, NpgsqlDbType.Double, ct);
        else await copy.WriteNullAsync(ct);
    }

    static Task WriteTextAsync(NpgsqlBinaryImporter copy, string? text, CancellationToken ct) =>
        text is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(text, NpgsqlDbType.Text, ct);
}
