using Npgsql;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Health;

/// <summary>Whether this worker can get on: the database answers, its schema fits, models can be had, leases are renewed, and no stop is under way.</summary>
/// <param name="lease">How long a lease outlives its last renewal.</param>
/// <param name="stopping">Whether the worker drains.</param>
sealed class Readiness(
    NpgsqlDataSource db, ModelPool models, LeaseKeeper keeper, TimeSpan lease, TimeProvider time, Func<bool> stopping) : IDisposable
{
    // Below the second that an orchestrator usually waits for an answer would be too short for a busy server.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer of the database serves: probes in any number cost it one question a second.</summary>
    static readonly TimeSpan s_databaseFor = TimeSpan.FromSeconds(1), s_schemaFor = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _one = new(1);
    (HealthCheck Check, long At)? _database, _schema;

    public async Task<HealthReport> ReportAsync(CancellationToken ct)
    {
        var (database, schema) = await DatabaseAsync(ct);
        return HealthReport.Of(database, schema, Models(), Renewal(), Worker());
    }

    public void Dispose() => _one.Dispose();

    async Task<(HealthCheck Database, HealthCheck Schema)> DatabaseAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var database = (_database = await FreshAsync(_database, s_databaseFor, "database", AnswersAsync)).Value.Check;
            if (!database.Ok) return (database, new("schema", false, "not looked at, as the database is away"));
            return (database, (_schema = await FreshAsync(_schema, s_schemaFor, "schema", FitsAsync)).Value.Check);
        }
        finally
        {
            _one.Release();
        }
    }

    async Task<(HealthCheck Check, long At)> FreshAsync((HealthCheck Check, long At)? known, TimeSpan serves, string name, Func<CancellationToken, Task<string>> askAsync)
    {
        // What went wrong is asked again at once, so that it is not told longer than it is true.
        if (known is { Check.Ok: true } fresh && time.GetElapsedTime(fresh.At) < serves) return fresh;
        return (await CheckAsync(name, askAsync), time.GetTimestamp());
    }

    /// <summary>Asks within the patience. Not bound to the request: the answer is every prober's.</summary>
    async Task<HealthCheck> CheckAsync(string name, Func<CancellationToken, Task<string>> askAsync)
    {
        using var enough = new CancellationTokenSource(s_patience, time);
        var asked = askAsync(enough.Token);
        try
        {
            // Npgsql honours a cancellation only once the server answers.
            return new(name, true, await asked.WaitAsync(s_patience, time, CancellationToken.None));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            asked.ObserveFault();
            return new(name, false, $"the database did not answer within {s_patience.TotalSeconds:F0} s");
        }
        catch (NpgsqlException e)
        {
            return new(name, false, DatabaseFaults.Sentence(e));
        }
        catch (SchemaException e)
        {
            return new(name, false, e.Message);
        }
    }

    async Task<string> AnswersAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(ct);
        return "it answers";
    }

    async Task<string> FitsAsync(CancellationToken ct)
    {
        await new Migrator(db).ValidateAsync(ct);
        return "it is this program's";
    }

    HealthCheck Models() => models.Fault is { } fault ? new("models", false, fault) : new("models", true, $"{models.Loaded.Count} loaded, none failed");

    HealthCheck Renewal() => keeper.LongestUnrenewed switch
    {
        null => new("renewal", true, "no batch is in hand"),
        { } age when age > lease => new("renewal", false, $"a lease was last renewed {age.TotalSeconds:F0} s ago, and lasts {lease.TotalSeconds:F0} s"),
        { } age => new("renewal", true, $"the longest unrenewed lease was renewed {age.TotalSeconds:F0} s ago"),
    };

    HealthCheck Worker() => stopping() ? new("worker", false, "it drains") : new("worker", true, "it takes batches");
}
