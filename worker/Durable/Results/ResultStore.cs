using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>Commits the results of batches, each exactly once.</summary>
sealed class ResultStore(NpgsqlDataSource db)
{
    const int FirstColumn = 6;

    // A plan that was made while a table was short reads all of it, and a prepared statement keeps that plan. And the planner would look
    // for an unfinished batch in the table itself, behind all that ended: 3 to 15 ms in a job of 100,000 under its lock, 0.1 ms by index.
    const string ByIndexOnly = "SET LOCAL enable_seqscan = off";

    // A prepared plan expects arrays of ten, and would compare each of 10,000 results with each problem of the batch.
    const string PlanByLength = "SET LOCAL plan_cache_mode = force_custom_plan";

    // All is written from the rows of ended: a lease that is lost has none there. The environments are those of the steps' attempts: b and
    // p are the names that SearchEnvironments needs.
    static readonly string s_end = $"""
        WITH {BatchTransitions.Ended},
        given AS MATERIALIZED (
            SELECT g.* FROM unnest({ArrayColumns.Arrays(ResultColumns.All, FirstColumn)}) AS g({ArrayColumns.Names(ResultColumns.All)})),
        answered AS (
            INSERT INTO answers (job_id, lease_epoch, batch_id, problem_id, {ArrayColumns.Names(ResultColumns.Answer)})
            SELECT e.job_id, e.lease_epoch, g.batch_id, g.problem_id, {ArrayColumns.NamesIn(ResultColumns.Answer, "g")}
            FROM ended e JOIN given g USING (batch_id)),
        used AS (
            INSERT INTO usage (job_id, batch_id, problem_id, {ArrayColumns.Names(ResultColumns.Usage)}, environment_ids)
            SELECT b.job_id, p.batch_id, p.problem_id, {ArrayColumns.NamesIn(ResultColumns.Usage, "p")}, {SearchEnvironments.Ids}
            FROM ended b JOIN given p USING (batch_id)),
        files AS (
            INSERT INTO outbox (job_id, batch_no)
            SELECT e.job_id, e.batch_no FROM ended e
            WHERE EXISTS (SELECT 1 FROM given g WHERE g.batch_id = e.batch_id)
                OR EXISTS (SELECT 1 FROM answers a WHERE a.batch_id = e.batch_id)),
        missing AS (
            SELECT e.batch_id, count(*) AS problems FROM ended e JOIN problems p USING (batch_id)
            WHERE $5 AND NOT EXISTS (SELECT 1 FROM given g WHERE g.problem_id = p.problem_id)
                AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
            GROUP BY e.batch_id)
        SELECT e.batch_id, CASE WHEN m.problems > 0 THEN refuse('{Refusals.NotAllAnswered}',
            format('batch %s of job %s can''t be completed: %s of its problems have no answer', e.batch_no, e.job_id, m.problems)) END
        FROM ended e LEFT JOIN missing m USING (batch_id)
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
        EndAsync(new(lease, results), complete: true, ct);

    /// <summary>
    /// Completes several batches of one job in one transaction, which costs little more than one batch. Each has its own fence: a lease
    /// that is lost keeps none of the others. Any fault leaves all as they were; then the caller completes each on its own.
    /// </summary>
    /// <returns>The ids of the batches that ended now; the leases of the others are lost.</returns>
    /// <inheritdoc cref="CompleteAsync(BatchLease, IReadOnlyList{ProblemResult}, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlySet<long>> CompleteAsync(IReadOnlyList<BatchEnd> ends, CancellationToken ct) =>
        await EndTogetherAsync(ends, complete: true, ct);

    /// <summary>
    /// As <see cref="CompleteAsync(BatchLease, IReadOnlyList{ProblemResult}, CancellationToken)"/> for the batch of a cancelled job: it
    /// ends as cancelled, and problems may stay without an answer.
    /// </summary>
    /// <returns>False: the lease is lost and nothing was written.</returns>
    /// <exception cref="RewoundException">The database lost steps on which an answer rests; nothing was written.</exception>
    public Task<bool> CancelAsync(BatchLease lease, IReadOnlyList<ProblemResult> results, CancellationToken ct) =>
        EndAsync(new(lease, results), complete: false, ct);

    async Task<bool> EndAsync(BatchEnd end, bool complete, CancellationToken ct)
    {
        try
        {
            return (await EndTogetherAsync([end], complete, ct)).Count > 0;
        }
        catch (PostgresException e) when (e.SqlState == Refusals.OtherSums)
        {
            // An error may have other sums than its steps by now. The usage becomes that of the steps, and is compared once more.
            return await StoredSums.CorrectAsync(db, end, ct) is { } results
                && (await EndTogetherAsync([end with { Results = results }], complete, ct)).Count > 0;
        }
    }

    /// <summary>All of it is one round trip: the job's lock is not held while this process is waited for.</summary>
    async Task<HashSet<long>> EndTogetherAsync(IReadOnlyList<BatchEnd> ends, bool complete, CancellationToken ct)
    {
        List<NpgsqlBatchCommand> statements = [BatchTransitions.LockFirst(ends[0].Lease.JobId)];
        if (StoredSums.Compare(ends) is { } compare) statements.Add(compare);
        statements.Add(End(ends, complete));
        statements.Add(BatchTransitions.EndJobAtLast(ends[0].Lease.JobId));
        var count = ends.Sum(end => end.Results.Count);
        NpgsqlBatchCommand[] plans = count > StatementLimit.Problems ? [new(ByIndexOnly), new(PlanByLength)] : [new(ByIndexOnly)];
        await using var batch = ReadCommitted.Alone(db, [.. plans, .. statements]).For(count);
        try
        {
            await using var rows = await batch.ExecuteReaderAsync(ct);
            // Each statement before the one that ends the batches has a result without a row that matters.
            for (var before = statements.Count - 2; before > 0; before--) await rows.NextResultAsync(ct);
            HashSet<long> ended = [];
            while (await rows.ReadAsync(ct)) ended.Add(rows.GetInt64(0));
            while (await rows.NextResultAsync(ct)) { }
            return ended;
        }
        catch (PostgresException e) when (e.SqlState == Refusals.NotAllAnswered)
        {
            throw new InvalidOperationException(e.MessageText, e);
        }
    }

    static NpgsqlBatchCommand End(IReadOnlyList<BatchEnd> ends, bool complete)
    {
        var statement = new NpgsqlBatchCommand(s_end);
        statement.AddKeys([.. ends.Select(end => end.Lease)]);
        statement.Parameters.Add(new NpgsqlParameter<string>
        {
            NpgsqlDbType = NpgsqlDbType.Text, TypedValue = complete ? BatchStates.Completed : BatchStates.Cancelled,
        });
        statement.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = complete });
        statement.Add(
            ResultColumns.All, [.. ends.SelectMany(end => end.Results, (end, result) => new GivenResult(end.Lease.BatchId, result))]);
        return statement;
    }
}
