using System.Diagnostics.Metrics;
using Npgsql;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Tests.Evaluation.Notifications;

/// <summary>A schedule that tells its verdicts, and workers that deliver them.</summary>
sealed class NotificationBench(NpgsqlDataSource db)
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static readonly Meter s_meter = new("test");

    public LogEntries Log { get; } = new();

    public NotificationOutbox Outbox { get; } = new(db);

    public NotificationTargets Targets { get; } = new(db);

    /// <summary>Adds the schedule and its targets, as if months ago.</summary>
    public async Task<long> ScheduleAsync(params (Uri Uri, NotificationForm Form, NotifyOn On)[] targets)
    {
        await ExecuteAsync("INSERT INTO schedules (name, cron, time_zone, sweep) VALUES ('nightly', '0 1 * * *', 'UTC', '{}')");
        await Targets.AddAsync("nightly",
            targets.Select(target => new NotificationTarget(
                NotificationAddress.Parse(target.Uri.AbsoluteUri), target.Form, target.On)), StoreTest.Ct);
        await ExecuteAsync("UPDATE notification_targets SET created_at = '2026-01-01'");
        return 1;
    }

    /// <summary>Stores it as a gate does: in a transaction of its own.</summary>
    public async Task AddAsync(GateVerdict verdict, bool commit = true)
    {
        await using var connection = await db.OpenConnectionAsync(StoreTest.Ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, StoreTest.Ct);
        await NotificationOutbox.AddAsync(connection, 1, verdict, StoreTest.Ct);
        if (commit) await transaction.CommitAsync(StoreTest.Ct);
    }

    public NotificationWorker Worker(AllowedSources? sources = null, Action<NotificationOptions>? configure = null)
    {
        var options = new NotificationOptions { Secret = Secret };
        configure?.Invoke(options);
        return new(
            Outbox, new(sources ?? AllowedSources.Any, new(options.Secret), TimeProvider.System), options, new(s_meter),
            TimeProvider.System, new(s_meter), Log.LoggerOf<NotificationWorker>());
    }

    /// <summary>Runs a worker until nothing is due, and stops it.</summary>
    public async Task DeliverAsync(AllowedSources? sources = null, Action<NotificationOptions>? configure = null)
    {
        using var worker = Worker(sources, configure);
        await worker.StartAsync(StoreTest.Ct);
        await Eventually.TrueAsync(async () => await CountAsync("lease_token IS NOT NULL OR due_at <= now()") == 0);
        await worker.StopAsync(StoreTest.Ct);
    }

    public async Task<int> CountAsync(string condition)
    {
        await using var command = db.CreateCommand($"SELECT count(*)::int FROM notifications WHERE {condition}");
        return (int)(await command.ExecuteScalarAsync(StoreTest.Ct))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = db.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(StoreTest.Ct);
    }
}
