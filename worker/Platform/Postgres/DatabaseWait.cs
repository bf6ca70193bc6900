using Npgsql;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres;

/// <summary>Waits for a database server to take connections.</summary>
/// <param name="limit">How long; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
/// <param name="say">Told every few seconds, while waiting without end, what is waited for.</param>
sealed class DatabaseWait(NpgsqlDataSource db, TimeSpan limit, Action<string> say, TimeProvider time)
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    // A server that drops packets answers nothing; this bounds one attempt.
    static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(5);

    static readonly TimeSpan s_sayEvery = TimeSpan.FromSeconds(5);

    bool Endless => limit == Timeout.InfiniteTimeSpan;

    /// <exception cref="UserException">DatabaseUnavailable: the server stayed away, or refuses.</exception>
    public async Task ConnectAsync(CancellationToken ct)
    {
        var start = time.GetTimestamp();
        long? said = null;
        while (await TryAsync(start, ct) is { } fault)
        {
            var sentence = DatabaseFaults.Sentence(fault);
            if (!DatabaseFaults.IsAway(fault) || !Endless && time.GetElapsedTime(start) + s_pause >= limit)
                throw new UserException(ExitCode.DatabaseUnavailable, sentence, fault);
            if (Endless && (said is null || time.GetElapsedTime(said.Value) >= s_sayEvery))
            {
                say($"waiting for the database, {time.GetElapsedTime(start).TotalSeconds:F0} s so far: {sentence}");
                said = time.GetTimestamp();
            }
            await Task.Delay(s_pause, time, ct);
        }
        if (said is not null) say("the database is there");
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
        catch (Exception fault) when (DatabaseFaults.IsUnavailable(fault))
        {
            return fault;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new TimeoutException("it does not answer");
        }
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
