using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>The notifications that must still be delivered. Thread-safe. Only the database's clock counts.</summary>
sealed class NotificationOutbox(NpgsqlDataSource db)
{
    // A run that finished before the target was there is no news to it. A PASS is, where the last that it was told was none.
    const string Insert = """
        INSERT INTO notifications (target_id, subject, answer, verdict)
        SELECT t.target_id, @Subject, @Answer, @Verdict::jsonb
        FROM notification_targets t
        WHERE t.schedule_id = @ScheduleId AND t.created_at < coalesce(@Since, now())
            AND (t.notify_on = 'any' OR @Answer <> 'pass' OR (
                SELECT p.answer FROM notifications p WHERE p.target_id = t.target_id ORDER BY p.created_at DESC LIMIT 1) <> 'pass')
        ON CONFLICT (target_id, subject) DO NOTHING
        """;

    // due_at is the end of the lease as well: longer than an attempt takes.
    static readonly string s_take = ReadCommitted.Alone("""
        WITH due AS MATERIALIZED (
            SELECT notification_id FROM notifications WHERE due_at <= now() ORDER BY due_at LIMIT @Most FOR UPDATE SKIP LOCKED)
        UPDATE notifications n
        SET due_at = now() + interval '1 minute', lease_token = gen_random_uuid(), attempts = n.attempts + 1
        FROM due d, notification_targets t
        WHERE n.notification_id = d.notification_id AND t.target_id = n.target_id
        RETURNING n.notification_id AS "Id", n.lease_token AS "Token", n.attempts AS "Attempts",
            extract(epoch FROM now() - coalesce(n.given_up_at, n.created_at))::float8 AS "AgeSeconds", t.url AS "Url", t.form AS "Form",
            n.verdict::text AS "Verdict", n.created_at AS "CreatedAt"
        """);

    // Nobody reads the verdict any more. The rest of the row keeps the run from being told again.
    static readonly string s_done = ReadCommitted.Alone("""
        UPDATE notifications
        SET due_at = NULL, lease_token = NULL, delivered_at = now(), given_up_at = NULL, last_error = NULL, verdict = NULL
        WHERE notification_id = @Id AND lease_token = @Token
        """);

    static readonly string s_failed = ReadCommitted.Alone("""
        UPDATE notifications
        SET due_at = now() + make_interval(secs => @Pause), lease_token = NULL, last_error = @Error
        WHERE notification_id = @Id AND lease_token = @Token
        """);

    // The verdict stays: people may have it sent again.
    static readonly string s_givenUp = ReadCommitted.Alone("""
        UPDATE notifications
        SET due_at = NULL, lease_token = NULL, given_up_at = now(), last_error = @Error
        WHERE notification_id = @Id AND lease_token = @Token
        """);

    // Its age counts from here on (given_up_at), else the first failure would give it up again.
    static readonly string s_resend = ReadCommitted.Alone("""
        UPDATE notifications n
        SET due_at = now(), lease_token = NULL, given_up_at = now(), attempts = 0
        FROM notification_targets t JOIN schedules s USING (schedule_id)
        WHERE t.target_id = n.target_id AND s.name = @Schedule AND n.due_at IS NULL AND n.given_up_at IS NOT NULL AND n.verdict IS NOT NULL
        """);

    /// <summary>The wait before the next attempt: 5 s, and twice as long each time, up to an hour.</summary>
    public static Backoff Backoff { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));

    /// <summary>
    /// Adds a verdict for every target of its schedule that wants it, within the transaction that stores the verdict and that the caller
    /// has open: after a crash there are both or none. A run that was told is not told again.
    /// </summary>
    public static Task AddAsync(NpgsqlConnection connection, long scheduleId, GateVerdict verdict, CancellationToken ct) =>
        // A run that goes on at the next due time is one sweep, and is told once.
        AddAsync(connection, scheduleId, verdict, string.Create(CultureInfo.InvariantCulture, $"sweep {verdict.SweepId}"),
            verdict.FinishedAt, ct);

    /// <summary>Adds that a due time has no finished run, or that its run's results are too old, once for each due time.</summary>
    /// <param name="verdict">STALE, with the due time.</param>
    /// <param name="since">Since when it is so: younger targets are not told.</param>
    /// <param name="what">What is told once: a due time, or its age.</param>
    public async Task AddStaleAsync(
        long scheduleId, GateVerdict verdict, DateTimeOffset since, CancellationToken ct, string what = "due")
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        await AddAsync(connection, scheduleId, verdict, string.Create(
            CultureInfo.InvariantCulture, $"{what} {verdict.DueAt?.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"), since, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Takes up to <paramref name="most"/> notifications that are due, for a minute, and counts the attempt.</summary>
    public async Task<IReadOnlyList<DueNotification>> TakeAsync(int most, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(s_take, new { Most = most }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToNotification())];
    }

    /// <summary>It was delivered. Changes nothing if another worker took it meanwhile.</summary>
    public Task DoneAsync(DueNotification due, CancellationToken ct) => ExecuteAsync(s_done, new { due.Id, due.Token }, ct);

    /// <summary>Puts it back until <paramref name="pause"/> is over.</summary>
    public Task FailedAsync(DueNotification due, string error, TimeSpan pause, CancellationToken ct) => ExecuteAsync(
        s_failed, new { due.Id, due.Token, Pause = pause.TotalSeconds, Error = PostgresText.Clean(error) }, ct);

    /// <summary>It is not tried again, unless people ask for it (<see cref="ResendAsync"/>).</summary>
    public Task GivenUpAsync(DueNotification due, string error, CancellationToken ct) =>
        ExecuteAsync(s_givenUp, new { due.Id, due.Token, Error = PostgresText.Clean(error) }, ct);

    /// <summary>
    /// Has workers try again what they gave up for the schedule, as long as for a new one. One that an earlier version gave up has lost its
    /// verdict and stays given up.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> ResendAsync(string schedule, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(s_resend, new { Schedule = schedule }, cancellationToken: ct));
    }

    static Task<int> AddAsync(
        NpgsqlConnection connection, long scheduleId, GateVerdict verdict, string subject, DateTimeOffset? since, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(Insert, new
        {
            ScheduleId = scheduleId, Subject = subject, Answer = StoredNames.Of(verdict.Answer),
            Verdict = PostgresText.Clean(JsonSerializer.Serialize(verdict, ContractsJson.Lines)), Since = since?.UtcDateTime,
        }, cancellationToken: ct));

    async Task ExecuteAsync(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }

    sealed record Row
    {
        public required Guid Id { get; init; }

        public required Guid Token { get; init; }

        public required int Attempts { get; init; }

        public required double AgeSeconds { get; init; }

        public required string Url { get; init; }

        public required string Form { get; init; }

        public required string Verdict { get; init; }

        public required DateTime CreatedAt { get; init; }

        public DueNotification ToNotification() => new(
            Id, Token, Attempts, TimeSpan.FromSeconds(AgeSeconds), NotificationAddress.Parse(Url),
            StoredNames.Parse<NotificationForm>(Form),
            new(JsonSerializer.Deserialize<GateVerdict>(Verdict, ContractsJson.Lines)!, CreatedAt));
    }
}
