using Npgsql;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>A look at the database that ends in five seconds, also where the server hangs.</summary>
static class PatientLook
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <param name="take">Takes what was read.</param>
    /// <returns>Why the database could not be read; null when it was.</returns>
    public static async Task<string?> TryAsync<T>(Func<CancellationToken, Task<T>> read, Action<T> take, TimeProvider time)
    {
        using var enough = new CancellationTokenSource(s_patience, time);
        var reading = read(enough.Token);
        try
        {
            // Npgsql notices a cancellation only once the server answers.
            take(await reading.WaitAsync(s_patience, time, CancellationToken.None));
            return null;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            reading.ObserveFault();
            return $"the database did not answer within {s_patience.TotalSeconds:F0} s";
        }
        catch (NpgsqlException e)
        {
            return DatabaseFaults.Sentence(e);
        }
    }
}
