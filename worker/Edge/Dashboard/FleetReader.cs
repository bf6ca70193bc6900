using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Collects what the fleet's page shows. It reads at most every two seconds, however many pages are open.</summary>
/// <param name="workerId">The id of this worker.</param>
sealed class FleetReader(WorkerQueries workers, FleetStore store, string workerId, TimeProvider time) : IDisposable
{
    const int Workers = 200, Models = 50;

    /// <summary>The most characters of a text that others chose.</summary>
    const int LongestName = 100, LongestReason = 500;

    static readonly TimeSpan s_serves = TimeSpan.FromSeconds(2), s_patience = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _one = new(1);
    (FleetStatus Status, long At)? _last;
    (IReadOnlyList<WorkerRow> Workers, IReadOnlyList<FleetQueue> Queue) _stored = ([], []);

    public async Task<FleetStatus> ReadAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) >= s_serves) _last = last = (await LookAsync(), time.GetTimestamp());
            return last.Status;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    async Task<FleetStatus> LookAsync()
    {
        var error = await LookAtDatabaseAsync();
        var (all, queue) = _stored;
        var alive = all.Where(worker => worker.State is not WorkerState.Lost).ToList();
        return new()
        {
            Worker = workerId,
            At = time.GetUtcNow(),
            DatabaseError = error,
            Alive = alive.Count,
            Lost = all.Count - alive.Count,
            TokensPerSecond = alive.Sum(worker => worker.TokensPerSecond ?? 0),
            Free = alive.Sum(worker => worker.Free ?? 0),
            Held = queue.Sum(models => models.Running),
            Due = queue.Sum(models => models.Due),
            Later = queue.Sum(models => models.Later),
            Workers = [.. all.Take(Workers).Select(Of)],
            WorkersLeftOut = Math.Max(0, all.Count - Workers),
            Queue = [.. queue.Take(Models).Select(models => models with
            {
                Policy = Named(models.Policy), Reward = models.Reward is { } reward ? Named(reward) : null,
            })],
        };
    }

    /// <summary>Reads for all pages, so no single request may cancel it.</summary>
    /// <returns>Why the database could not be read; null when it was.</returns>
    async Task<string?> LookAtDatabaseAsync()
    {
        using var enough = new CancellationTokenSource(s_patience, time);
        var reading = ReadStoredAsync(enough.Token);
        try
        {
            // Npgsql notices a cancellation only once the server answers.
            _stored = await reading.WaitAsync(s_patience, time, CancellationToken.None);
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

    async Task<(IReadOnlyList<WorkerRow>, IReadOnlyList<FleetQueue>)> ReadStoredAsync(CancellationToken ct) =>
        (await workers.ListAsync(ct), await store.QueueAsync(ct));

    static FleetWorker Of(WorkerRow worker) => new()
    {
        Worker = ShortText.Of(worker.WorkerId, LongestName),
        State = StoredNames.Of(worker.State),
        Host = worker.Host is { } host ? ShortText.Of(host, LongestName) : null,
        Process = worker.ProcessId,
        Version = worker.Version,
        Models = [.. worker.Models.Select(model => Named(model.Model))],
        Devices = [.. worker.Devices.Select(device => ShortText.Of(device, LongestName))],
        Batches = [.. worker.Batches.Select(batch => DatasetTitle.Of(batch.Dataset) is { } dataset
            ? $"{batch.Job}/{batch.Batch} {ShortText.Of(dataset, LongestName)}" : $"{batch.Job}/{batch.Batch}")],
        Free = worker.Free,
        TokensPerSecond = worker.TokensPerSecond,
        StartedAt = worker.StartedAt,
        SeenSeconds = worker.SeenSeconds,
        LeasedUntil = worker.LeasedUntil,
        Lacks = worker.Lacks is { } lacks ? ShortText.Of(lacks, LongestReason) : null,
    };

    static string Named(string model) => ShortText.Of(RemoteUri.NameOf(model), LongestName);
}
