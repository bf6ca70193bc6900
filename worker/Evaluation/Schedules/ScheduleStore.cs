using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Schedules and their runs. Only the database's clock counts.</summary>
sealed class ScheduleStore(NpgsqlDataSource db)
{
    // Levels and families are not part of the hash: a dataset that was stored without them gets them from the first one that has them.
    const string InsertDataset = """
        INSERT INTO datasets (dataset_sha256, problems) VALUES (@Sha256, @Problems::jsonb)
        ON CONFLICT (dataset_sha256) DO UPDATE SET problems = excluded.problems
        WHERE jsonb_path_exists(excluded.problems, '$[*] ? (exists(@.level) || exists(@.family))')
        """;

    const string Insert = """
        INSERT INTO schedules (name, cron, time_zone, until_time, missed, fresh, sweep, baseline_sweep_id, gate)
        VALUES (@Name, @Cron, @TimeZone, @Until, @Missed, @Fresh, @Sweep::jsonb, @Baseline, @Gate::jsonb)
        """;

    const string Delete = "DELETE FROM schedules WHERE name = @Name";

    const string SweepExists = "SELECT EXISTS (SELECT 1 FROM sweeps WHERE sweep_id = @SweepId)";

    const string List = $"""
        SELECT s.schedule_id AS "ScheduleId", s.name AS "Name", s.cron AS "Cron", s.time_zone AS "TimeZone",
            s.until_time::text AS "Until", s.missed AS "Missed", s.fresh AS "Fresh",
            s.sweep::text AS "Sweep", s.baseline_sweep_id AS "Baseline", s.created_at AS "CreatedAt",
            r.due_at AS "LastDueAt", r.sweep_id AS "LastSweepId", coalesce(o.is_over, false) AS "LastIsOver",
            s.gate::text AS "Gate", v.verdict::text AS "Verdict", coalesce(f.failed, 0)::int AS "LastFailed"
        FROM schedules s
        LEFT JOIN LATERAL (SELECT * FROM schedule_runs WHERE schedule_id = s.schedule_id ORDER BY due_at DESC LIMIT 1) r ON true
        LEFT JOIN LATERAL (
            SELECT NOT EXISTS (
                SELECT 1 FROM sweep_jobs JOIN jobs USING (job_id)
                WHERE sweep_id = r.sweep_id AND state IN {JobStates.Unfinished}) AS is_over) o ON r.sweep_id IS NOT NULL
        LEFT JOIN LATERAL (
            SELECT sum(failed) AS failed FROM sweep_jobs JOIN job_sums USING (job_id) WHERE sweep_id = r.sweep_id) f ON true
        LEFT JOIN LATERAL (
            SELECT verdict FROM schedule_runs WHERE schedule_id = s.schedule_id AND verdict IS NOT NULL
            ORDER BY due_at DESC LIMIT 1) v ON true
        WHERE @Name::text IS NULL OR s.name = @Name
        ORDER BY s.name
        """;

    // The second worker waits here, and then finds the run.
    const string Lock = $"SELECT schedule_id FROM schedules WHERE schedule_id = @ScheduleId AND {LockWait.Limited} FOR UPDATE";

    const string Fired = "SELECT EXISTS (SELECT 1 FROM schedule_runs WHERE schedule_id = @ScheduleId AND due_at >= @DueAt)";

    const string Unfinished = $"""
        SELECT sweep_id FROM (SELECT sweep_id FROM schedule_runs WHERE schedule_id = @ScheduleId ORDER BY due_at DESC LIMIT 1) last
        WHERE EXISTS (
            SELECT 1 FROM sweep_jobs j JOIN jobs USING (job_id) WHERE j.sweep_id = last.sweep_id AND state IN {JobStates.Unfinished})
        """;

    // Others may wait for these jobs too. If this schedule has no window, the jobs no longer close.
    const string MoveOn = $"""
        UPDATE jobs SET closes_at = @ClosesAt
        WHERE state IN {JobStates.Unfinished} AND closes_at IS NOT NULL
            AND job_id IN (SELECT job_id FROM sweep_jobs WHERE sweep_id = @SweepId)
        RETURNING pg_notify(@Channel, job_id::text) IS NULL
        """;

    const string InsertRun =
        "INSERT INTO schedule_runs (schedule_id, due_at, sweep_id, closes_at) VALUES (@ScheduleId, @DueAt, @SweepId, @ClosesAt)";

    const string Problems = "SELECT problems::text FROM datasets WHERE dataset_sha256 = @Sha256";

    /// <param name="problems">All problems of each dataset of the sweep.</param>
    /// <param name="gate">By which its runs are judged; null: the defaults.</param>
    /// <exception cref="UserException">The name is taken, or there is no such sweep as the baseline.</exception>
    public async Task AddAsync(
        Schedule schedule, IReadOnlyList<IReadOnlyList<ProblemSpec>> problems, CancellationToken ct, GatePolicy? gate = null)
    {
        if (schedule.Sweep is { After: not null } or { AfterAny: not null })
            throw new UserException(ExitCode.BadInput, "a schedule's sweep can't have the keys after and after_any: every run would wait "
                + "for the same jobs, which ended long ago; leave them out");
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        if (schedule.Baseline is { } baseline
            && !await connection.ExecuteScalarAsync<bool>(
                new CommandDefinition(SweepExists, new { SweepId = baseline }, cancellationToken: ct)))
            throw new UserException(ExitCode.NotFound, $"there is no sweep {baseline} to compare runs with");
        var datasets = new List<SweepDataset>();
        foreach (var (dataset, all) in schedule.Sweep.Datasets.Zip(problems))
        {
            var sha256 = JobInputs.Hash(all);
            await connection.ExecuteAsync(new CommandDefinition(
                InsertDataset,
                new
                {
                    Sha256 = sha256,
                    Problems = PostgresText.Clean(JsonSerializer.Serialize(all, ContractsJson.Default.IReadOnlyListProblemSpec))
                },
                    cancellationToken: ct));
            datasets.Add(dataset with { Sha256 = sha256 });
        }

        try
        {
            await connection.ExecuteAsync(new CommandDefinition(Insert, new
            {
                schedule.Name, schedule.Cron, schedule.TimeZone, Until = schedule.Until?.ToTimeSpan(),
                Missed = StoredNames.Of(schedule.Missed), schedule.Fresh,
                Sweep = JsonSerializer.Serialize(schedule.Sweep with { Datasets = datasets }, ContractsJson.Default.SweepSpec),
                schedule.Baseline, Gate = gate is null ? null : StoredGate.Of(gate),
            }, cancellationToken: ct));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new UserException(ExitCode.BadInput,
                $"the schedule '{schedule.Name}' already exists: remove it first, or use another name");
        }

        await NotificationTargets.AddAsync(connection, schedule.Name, schedule.Notify, ct);
        await Events(connection).OfScheduleAsync(schedule.Name, Deeds.ScheduleAdded, $"{schedule.Cron}, {schedule.TimeZone}", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Removes the schedule with its runs; their jobs and results stay. False: no schedule has that name.</summary>
    public async Task<bool> RemoveAsync(string name, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        if (await connection.ExecuteAsync(new CommandDefinition(Delete, new { Name = name }, cancellationToken: ct)) == 0) return false;
        await Events(connection).OfScheduleAsync(name, Deeds.ScheduleRemoved, detail: null, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>All schedules, sorted by name, or only the one with the given name, if there is one.</summary>
    public async Task<IReadOnlyList<StoredSchedule>> ListAsync(CancellationToken ct, string? name = null)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(List, new { Name = name }, cancellationToken: ct))).Select(
            row => row.ToSchedule())];
    }

    public async Task<DateTimeOffset> NowAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition("SELECT now()", cancellationToken: ct));
    }

    /// <summary>All problems of a schedule's datasets, in the sweep's order.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<ProblemSpec>>> ProblemsAsync(SweepSpec sweep, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var all = new List<IReadOnlyList<ProblemSpec>>();
        foreach (var dataset in sweep.Datasets)
        {
            var json = await connection.ExecuteScalarAsync<string>(
                new CommandDefinition(Problems, new { dataset.Sha256 }, cancellationToken: ct))
                ?? throw new InvalidOperationException($"the dataset {dataset.Path} of a schedule is not in the database any more");
            all.Add(JsonSerializer.Deserialize(json, ContractsJson.Default.IReadOnlyListProblemSpec)!);
        }

        return all;
    }

    /// <summary>
    /// Begins the run of a due time. If the previous run has not ended, it continues that run in the new window instead. One transaction:
    /// after a crash in it the time is still due, and the next worker that checks starts the run.
    /// </summary>
    /// <returns>Null: another worker was first.</returns>
    /// <exception cref="UserException">BadInput: this version can't read the schedule.</exception>
    public async Task<FiredRun?> FireAsync(StoredSchedule stored, DateTimeOffset dueAt, IReadOnlyList<PreparedJob> jobs,
        CancellationToken ct)
    {
        if (stored.Unreadable is { } why) throw new UserException(ExitCode.BadInput, $"the schedule '{stored.Schedule.Name}' {why}");
        var closesAt = stored.Schedule.ClosingOf(dueAt);
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var key = new { stored.ScheduleId, DueAt = dueAt.ToUniversalTime() };
        if (await connection.ExecuteScalarAsync<long?>(new CommandDefinition(Lock, key, cancellationToken: ct)) is null) return null;
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Fired, key, cancellationToken: ct))) return null;

        var unfinished = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(Unfinished, key, cancellationToken: ct));
        var sweepId = unfinished
            ?? (await SweepStore.EnqueueAsync(connection, stored.Schedule.Sweep, jobs, stored.Schedule.Fresh, closesAt, ct,
                by: Actor.Schedule(stored.Schedule.Name))).SweepId;
        await connection.ExecuteAsync(new CommandDefinition(MoveOn,
            new { SweepId = sweepId, ClosesAt = closesAt?.ToUniversalTime(), EnqueueListener.Channel }, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(InsertRun,
            new { key.ScheduleId, key.DueAt, SweepId = sweepId, ClosesAt = closesAt?.ToUniversalTime() }, cancellationToken: ct));
        await Events(connection).OfScheduleAsync(stored.Schedule.Name, Deeds.ScheduleRun,
            $"sweep {sweepId}{(unfinished is null ? "" : " goes on")}", ct);
        await transaction.CommitAsync(ct);
        return new(sweepId, GoesOn: unfinished is not null, closesAt);
    }

    static EventLog Events(NpgsqlConnection connection) => new(connection, Actor.OfProcess);

    // In place of a sweep that can't be read: it has no job, so that not even a bug could run a part of it.
    static readonly SweepSpec s_unread =
        new() { Name = "", Datasets = [], Policies = [], Rewards = [], Strategies = [], Seeds = [], Settings = [] };

    sealed record Row
    {
        public required long ScheduleId { get; init; }

        public required string Name { get; init; }

        public required string Cron { get; init; }

        public required string TimeZone { get; init; }

        public required string? Until { get; init; }

        public required string Missed { get; init; }

        public required bool Fresh { get; init; }

        public required string Sweep { get; init; }

        public required long? Baseline { get; init; }

        public required DateTime CreatedAt { get; init; }

        public required DateTime? LastDueAt { get; init; }

        public required long? LastSweepId { get; init; }

        public required bool LastIsOver { get; init; }

        public required string? Gate { get; init; }

        public required string? Verdict { get; init; }

        public required int LastFailed { get; init; }

        public StoredSchedule ToSchedule()
        {
            var (sweep, unreadable) = StoredSweepSpec.Read(Sweep);
            if (!StoredNames.TryParse<MissedPolicy>(Missed, out var missed)) unreadable ??= StoredSpec.Sentence("$.missed");
            return new(ScheduleId,
                new(Name, Cron, TimeZone, Until is null ? null : TimeOnly.Parse(Until, System.Globalization.CultureInfo.InvariantCulture),
                    missed, Fresh, sweep ?? s_unread, Baseline),
                CreatedAt, LastDueAt, LastSweepId, LastIsOver, StoredGate.VerdictOf(Verdict))
            {
                LastFailed = LastFailed, Unreadable = unreadable, Gate = Gate,
            };
        }
    }
}
