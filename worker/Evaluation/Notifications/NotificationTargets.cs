using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Events;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>Whom schedules tell what their gates say.</summary>
sealed class NotificationTargets(NpgsqlDataSource db)
{
    const string Insert = """
        INSERT INTO notification_targets (schedule_id, url, form, notify_on)
        SELECT schedule_id, @Url, @Form, @On FROM schedules WHERE name = @Schedule
        ON CONFLICT (schedule_id, url) DO UPDATE SET form = excluded.form, notify_on = excluded.notify_on
        """;

    const string Remove = """
        DELETE FROM notification_targets t USING schedules s
        WHERE s.schedule_id = t.schedule_id AND s.name = @Schedule AND t.target_id = @Number
        """;

    const string List = """
        SELECT t.target_id AS "Number", t.url AS "Url", t.form AS "Form", t.notify_on AS "On",
            n.delivered AS "Delivered", n.waiting AS "Waiting", n.given_up AS "GivenUp", n.last_error AS "LastError",
            n.delivered_at AS "DeliveredAt"
        FROM notification_targets t JOIN schedules s USING (schedule_id)
        CROSS JOIN LATERAL (
            SELECT count(delivered_at)::int AS delivered, count(due_at)::int AS waiting,
                (count(given_up_at) FILTER (WHERE due_at IS NULL))::int AS given_up,
                max(delivered_at) AS delivered_at,
                (array_agg(last_error ORDER BY created_at DESC) FILTER (WHERE last_error IS NOT NULL))[1] AS last_error
            FROM notifications WHERE target_id = t.target_id) n
        WHERE s.name = @Schedule ORDER BY t.target_id
        """;

    const string Undelivered = """
        SELECT s.name AS "Name", count(*)::int AS "Count"
        FROM notifications n JOIN notification_targets t USING (target_id) JOIN schedules s USING (schedule_id)
        WHERE n.delivered_at IS NULL AND n.last_error IS NOT NULL
        GROUP BY s.name
        """;

    const string GivenUp = """
        SELECT s.name AS "Name", count(*)::int AS "Count"
        FROM notifications n JOIN notification_targets t USING (target_id) JOIN schedules s USING (schedule_id)
        WHERE n.due_at IS NULL AND n.given_up_at IS NOT NULL
        GROUP BY s.name ORDER BY s.name
        """;

    /// <summary>
    /// Stores targets of a schedule within the transaction that the caller has open; one that is there gets the new form.
    /// </summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, string schedule, IEnumerable<NotificationTarget> targets, CancellationToken ct)
    {
        foreach (var target in targets)
            await connection.ExecuteAsync(new CommandDefinition(Insert, new
            {
                Schedule = schedule, Url = target.Address.Uri.AbsoluteUri, Form = StoredNames.Of(target.Form),
                On = StoredNames.Of(target.On),
            }, cancellationToken: ct));
    }

    /// <inheritdoc cref="AddAsync(NpgsqlConnection, string, IEnumerable{NotificationTarget}, CancellationToken)"/>
    public async Task AddAsync(string schedule, IEnumerable<NotificationTarget> targets, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var added = targets.ToList();
        await AddAsync(connection, schedule, added, ct);
        foreach (var target in added)
            await Events(connection).OfScheduleAsync(schedule, Deeds.ScheduleChanged, $"notifies {target.Address}", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Removes a target with its notifications. False: the schedule has no such target.</summary>
    public async Task<bool> RemoveAsync(string schedule, long number, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        if (await connection.ExecuteAsync(
            new CommandDefinition(Remove, new { Schedule = schedule, Number = number }, cancellationToken: ct)) == 0) return false;
        await Events(connection).OfScheduleAsync(schedule, Deeds.ScheduleChanged, $"no longer notifies target {number}", ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    public async Task<IReadOnlyList<StoredTarget>> ListAsync(string schedule, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(List, new { Schedule = schedule }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToTarget())];
    }

    /// <summary>How many notifications failed and were not delivered since, by the schedule's name; no entry stands for none.</summary>
    public async Task<IReadOnlyDictionary<string, int>> UndeliveredAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<(string Name, int Count)>(new CommandDefinition(Undelivered, cancellationToken: ct));
        return rows.ToDictionary(row => row.Name, row => row.Count);
    }

    /// <summary>How many notifications were given up, by the schedule's name in its order; no entry stands for none.</summary>
    public async Task<IReadOnlyList<(string Schedule, int Count)>> GivenUpAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<(string, int)>(new CommandDefinition(GivenUp, cancellationToken: ct))).AsList();
    }

    static EventLog Events(NpgsqlConnection connection) => new(connection, Actor.OfProcess);

    sealed record Row
    {
        public required long Number { get; init; }

        public required string Url { get; init; }

        public required string Form { get; init; }

        public required string On { get; init; }

        public required int Delivered { get; init; }

        public required int Waiting { get; init; }

        public required int GivenUp { get; init; }

        public required string? LastError { get; init; }

        public required DateTime? DeliveredAt { get; init; }

        public StoredTarget ToTarget() => new(Number, new(
            NotificationAddress.Parse(Url), StoredNames.Parse<NotificationForm>(Form), StoredNames.Parse<NotifyOn>(On)))
        {
            Delivered = Delivered, Waiting = Waiting, GivenUp = GivenUp, LastError = LastError, DeliveredAt = DeliveredAt,
        };
    }
}
