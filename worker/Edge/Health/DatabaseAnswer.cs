using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Health;

/// <summary>
/// A question to the database. A good answer is used again for a while, so any number of probes costs the database little.
/// </summary>
/// <param name="serves">How long a good answer is used again. After a bad answer the next probe asks again at once, so that nobody sees a
/// fault that is over.</param>
/// <param name="askAsync">Returns what it found, in one sentence.</param>
sealed class DatabaseAnswer(TimeSpan serves, Func<CancellationToken, Task<string>> askAsync, TimeProvider time)
{
    // An orchestrator usually waits for a second or longer. Less than that would be too short for a busy server.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    readonly Lock _gate = new();
    Task<HealthCheckResult>? _last;
    long _at;

    /// <summary>
    /// A request that comes while a question is under way waits for the same answer. No request ends the question by itself, because
    /// others may wait for the answer too.
    /// </summary>
    public Task<HealthCheckResult> GetAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && !Serves(_last))) _last = AskAsync();
            return _last.WaitAsync(ct);
        }
    }

    bool Serves(Task<HealthCheckResult> answer) =>
        answer is { IsCompletedSuccessfully: true, Result.Status: HealthStatus.Healthy }
        && time.GetElapsedTime(Volatile.Read(ref _at)) < serves;

    async Task<HealthCheckResult> AskAsync()
    {
        var answer = await AnswerAsync();
        Volatile.Write(ref _at, time.GetTimestamp());
        return answer;
    }

    async Task<HealthCheckResult> AnswerAsync()
    {
        using var enough = new CancellationTokenSource(s_patience, time);
        var asked = askAsync(enough.Token);
        try
        {
            // Npgsql notices a cancellation only once the server answers.
            return HealthCheckResult.Healthy(await asked.WaitAsync(s_patience, time, CancellationToken.None));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            asked.ObserveFault();
            return HealthCheckResult.Unhealthy($"the database did not answer within {s_patience.TotalSeconds:F0} s");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy(DatabaseFaults.Sentence(e));
        }
        catch (SchemaException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
