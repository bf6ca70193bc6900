using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>Which runs a gate judges, by what policy, and what it says of them.</summary>
sealed class GateStore(NpgsqlDataSource db)
{
    // A baseline that has not ended yet has cells to come: nothing is held against a part of it for good.
    static readonly string s_runs = $"""
        SELECT r.schedule_id AS "ScheduleId", s.name AS "Schedule", r.due_at AS "DueAt", r.sweep_id AS "SweepId",
            w.spec ->> 'name' AS "SweepName", s.baseline_sweep_id AS "Baseline", s.gate::text AS "Gate",
            (SELECT spec::text FROM sweeps WHERE sweep_id = s.baseline_sweep_id) AS "BaselineSpec",
            ARRAY(SELECT place FROM sweep_jobs WHERE sweep_id = s.baseline_sweep_id) AS "BaselinePlaces",
            {EndOf("r.sweep_id")} AS "FinishedAt", {EndOf("s.baseline_sweep_id")} AS "BaselineFinishedAt"
        FROM schedule_runs r JOIN schedules s USING (schedule_id) JOIN sweeps w ON w.sweep_id = r.sweep_id
        WHERE s.baseline_sweep_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM sweep_jobs j JOIN jobs USING (job_id)
            WHERE j.sweep_id IN (r.sweep_id, s.baseline_sweep_id) AND state IN {JobStates.Unfinished})
        """;

    // Of the runs that an older version judged only the newest is judged again: of those before it jobs may be gone, and what was said of
    // them must not be lost with them.
    static readonly string s_unjudged = $"""
        {s_runs} AND r.answer IS NULL AND (r.losses IS NULL
            OR r.due_at = (SELECT max(due_at) FROM schedule_runs newest WHERE newest.schedule_id = r.schedule_id))
        ORDER BY r.due_at DESC, r.schedule_id
        """;

    static readonly string s_newest = $"{s_runs} AND s.name = @Schedule ORDER BY r.due_at DESC LIMIT 1";

    // Against a policy that changes meanwhile: whoever sets one waits for this lock, and whoever comes after him finds the new one.
    const string Lock = $"""
        SELECT gate IS NOT DISTINCT FROM @Gate::jsonb FROM schedules WHERE schedule_id = @ScheduleId AND {LockWait.Limited} FOR SHARE
        """;

    // Against answers that are graded again or deleted meanwhile: whoever does so waits for these locks and then has the run judged anew,
    // and whoever comes after him reads the new answers. In one order, so that two can't wait for each other.
    const string LockJobs = $"""
        SELECT count(*) FROM (
            SELECT FROM jobs
            WHERE job_id IN (SELECT job_id FROM sweep_jobs WHERE sweep_id IN (@SweepId, @Baseline)) AND {LockWait.Limited}
            ORDER BY job_id FOR SHARE) locked
        """;

    const string Store = """
        UPDATE schedule_runs
        SET answer = @Answer, verdict = @Verdict::jsonb,
            baseline_cells = @Cells, gaps = @Gaps, losses = @Losses, differences = @Differences, left_out = @LeftOut
        WHERE schedule_id = @ScheduleId AND due_at = @DueAt AND answer IS NULL
        """;

    const string Set = $"UPDATE schedules SET gate = @Gate::jsonb WHERE schedule_id = @ScheduleId AND {LockWait.Limited} RETURNING name";

    const string Deleted = "SELECT id FROM unnest(@Jobs::bigint[]) id WHERE NOT EXISTS (SELECT FROM jobs WHERE job_id = id) ORDER BY id";

    // Of the newest run that was judged; those before it were judged by the policy of their time.
    const string Forget = """
        UPDATE schedule_runs SET answer = NULL, verdict = NULL, losses = NULL
        WHERE schedule_id = @ScheduleId AND due_at = (
            SELECT max(due_at) FROM schedule_runs WHERE schedule_id = @ScheduleId AND answer IS NOT NULL)
        """;

    /// <summary>
    /// Runs whose jobs and whose baseline's jobs have all ended and that no gate has judged, the newest first. An older version may have
    /// held them against their baselines without a gate.
    /// </summary>
    public async Task<IReadOnlyList<JudgedRun>> UnjudgedAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<JudgedRun>(new CommandDefinition(s_unjudged, cancellationToken: ct))).AsList();
    }

    /// <summary>The schedule's newest run that can be judged, whether it was or not; null without one.</summary>
    public async Task<JudgedRun?> NewestAsync(string schedule, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<JudgedRun>(
            new CommandDefinition(s_newest, new { Schedule = schedule }, cancellationToken: ct));
    }

    /// <summary>
    /// Judges the run and stores the verdict, unless the run has one by now, or the schedule another policy than it was judged by. In
    /// between, no answer of the run or of its baseline changes.
    /// </summary>
    /// <param name="judge">Reads both through the connection.</param>
    /// <returns>The verdict, and whether this call stored it.</returns>
    public async Task<(GateVerdict Verdict, bool IsStored)> StoreAsync(
        JudgedRun run, Func<NpgsqlConnection, Task<GateVerdict>> judge, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        await connection.ExecuteAsync(new CommandDefinition(LockJobs, new { run.SweepId, run.Baseline }, cancellationToken: ct));
        var verdict = await judge(connection);
        if (!await StoreAsync(connection, run, verdict, ct)) return (verdict, false);
        // After a crash before the commit, the next worker judges and stores it all.
        await NotificationOutbox.AddAsync(connection, run.ScheduleId, verdict, ct);
        await transaction.CommitAsync(ct);
        return (verdict, true);
    }

    /// <summary>Sets the schedule's policy, and has its newest judged run judged anew.</summary>
    public async Task SetAsync(long scheduleId, GatePolicy policy, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var key = new { ScheduleId = scheduleId, Gate = StoredGate.Of(policy) };
        var name = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Set, key, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(Forget, key, cancellationToken: ct));
        if (name is not null) await new EventLog(connection, Actor.OfProcess).OfScheduleAsync(name, Deeds.ScheduleChanged, "its gate", ct);
        await transaction.CommitAsync(ct);
    }

    /// <returns>False: the run has a verdict by now, or the schedule another policy.</returns>
    /// <param name="connection">In a transaction.</param>
    static async Task<bool> StoreAsync(NpgsqlConnection connection, JudgedRun run, GateVerdict verdict, CancellationToken ct)
    {
        var old = OldVerdict.Of(verdict);
        var key = new
        {
            run.ScheduleId, run.DueAt, run.Gate, Answer = StoredNames.Of(verdict.Answer),
            Verdict = PostgresText.Clean(StoredGate.Of(verdict)),
            old.Cells, old.Gaps, old.Losses, old.Differences, old.LeftOut,
        };
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Lock, key, cancellationToken: ct))
            && await connection.ExecuteAsync(new CommandDefinition(Store, key, cancellationToken: ct)) > 0;
    }

    /// <summary>Those of the jobs that are in the database no more.</summary>
    public async Task<IReadOnlyList<long>> DeletedAsync(IReadOnlyCollection<long> jobs, CancellationToken ct)
    {
        if (jobs.Count == 0) return [];
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<long>(new CommandDefinition(Deleted, new { Jobs = jobs }, cancellationToken: ct))).AsList();
    }

    static string EndOf(string sweep) =>
        $"(SELECT max(finished_at) FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = {sweep})";
}
