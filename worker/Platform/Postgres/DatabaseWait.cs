using Npgsql;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres;

/// <summary>Waits until a database server accepts connections.</summary>
/// <param name="limit">How long it waits; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
/// <param name="report">While waiting without limit, called every few seconds with what it waits for.</param>
sealed class DatabaseWait(NpgsqlDataSource db, TimeSpan limit, Action<string> report, TimeProvider time)
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    // A server that drops packets never answers: this limits one attempt.
    static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(5);

    static readonly TimeSpan s_reportEvery = TimeSpan.FromSeconds(5);

    bool Endless => limit == Timeout.InfiniteTimeSpan;

    /// <exception cref="UserException">DatabaseUnavailable: the server stayed away, or it refuses.</exception>
    public async Task ConnectAsync(CancellationToken ct)
    {
        var start = time.GetTimestamp();
        long? reported = null;
        while (await TryAsync(start, ct) is { } fault)
        {
            var sentence = DatabaseFaults.Sentence(fault);
            if (!DatabaseFaults.IsAway(fault) || !Endless && time.GetElapsedTime(start) + s_pause >= limit)
                throw new UserException(ExitCode.DatabaseUnavailable, sentence, fault);
            if (Endless && (reported is null || time.GetElapsedTime(reported.Value) >= s_reportEvery))
            {
                report($"waiting for the database, {time.GetElapsedTime(start).TotalSeconds:F0} s so far: {sentence}");
                reported = time.GetTimestamp();
            }
            await Task.Delay(s_pause, time, ct);
        }
        if (reported is not null) report("the database is there");
    }

    async Task<Exception?> TryAsync(long start, CancellationToken ct)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(ct);
        attempt.CancelAfter(Endless ? s_attempt : Max(s_pause, limit - time.GetElapsedTime(start)));
        try
        {
            await using var connection = await db.OpenConnectionAsync(attempt.Token);
            return null;
        }
        // Whatever stops a connection is the server's or the settings': here the program has not asked for anything yet.
        catch (Exception fault) when (fault is NpgsqlException || DatabaseFaults.IsUnavailable(fault))
        {
            return fault;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw DatabaseFaults.Unusable(fault);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new TimeoutException("it does not answer");
        }
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
