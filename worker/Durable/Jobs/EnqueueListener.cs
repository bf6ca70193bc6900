using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// Wakes a waiting worker as soon as a job is enqueued. Workers poll as well, so a lost connection is never an error here. Not thread-safe:
/// one waiter.
/// </summary>
sealed class EnqueueListener(NpgsqlDataSource db, TimeProvider time, ILogger<EnqueueListener> log) : IAsyncDisposable
{
    /// <summary>The channel that announces every job with new work, in the transaction that brings the work.</summary>
    public const string Channel = "rebase_enqueued";

    /// <summary>The announcement; its parameter is <c>@JobId</c>.</summary>
    public const string Announce = $"SELECT pg_notify('{Channel}', @JobId::text)";

    const string Listen = $"LISTEN {Channel}";

    /// <summary>The wait between attempts to connect.</summary>
    public static Backoff Backoff { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    NpgsqlConnection? _connection;
    int _failures;

    /// <summary>
    /// Returns on a notification, at the latest after <paramref name="timeout"/>. Throws only when <paramref name="ct"/> is cancelled.
    /// </summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (timeout - time.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            try
            {
                if (_connection is null)
                {
                    await ConnectAsync(ct);
                    // Announcements made while nobody listened are lost: the caller has to query the queue.
                    return;
                }
                // For Npgsql, 0 means no limit.
                await _connection.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(1, left.TotalMilliseconds)), ct);
                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                var backoff = Backoff.After(++_failures);
                log.EnqueueListenerLost(backoff, e);
                await DisconnectAsync();
                await Task.Delay(backoff < left ? backoff : left, time, ct);
            }
        }
    }

    async Task ConnectAsync(CancellationToken ct)
    {
        var connection = await db.OpenConnectionAsync(ct);
        // Set before the next line can fail: then DisconnectAsync closes it.
        _connection = connection;
        await using var listen = new NpgsqlCommand(Listen, connection);
        await listen.ExecuteNonQueryAsync(ct);
        _failures = 0;
    }

    async Task DisconnectAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is not null) await connection.DisposeAsync();
    }

    /// <summary>Gives the connection back until the next wait, which asks the caller to query the queue first.</summary>
    public Task ReleaseAsync() => DisconnectAsync();

    public async ValueTask DisposeAsync() => await DisconnectAsync();
}
