using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Collects what the fleet's page shows. It reads at most every two seconds, however many pages are open.</summary>
/// <param name="workerId">The id of this worker.</param>
sealed class FleetReader(WorkerQueries workers, FleetStore store, string workerId, TimeProvider time) : IDisposable
{
    const int Workers = 200, Models = 50, Lines = 100;

    /// <summary>The most characters of a text that others chose.</summary>
    const int LongestName = 100, LongestReason = 500;

    static readonly TimeSpan s_serves = TimeSpan.FromSeconds(2);

    readonly SharedAnswer<FleetStatus> _shared = new(s_serves, time);
    (IReadOnlyList<WorkerRow> Workers, IReadOnlyList<FleetQueue> Queue, IReadOnlyList<FleetLine> Lines) _stored = ([], [], []);

    public Task<FleetStatus> ReadAsync(CancellationToken ct) => _shared.GetAsync(LookAsync, ct);

    public void Dispose() => _shared.Dispose();

    async Task<FleetStatus> LookAsync()
    {
        var error = await PatientLook.TryAsync(ReadStoredAsync, stored => _stored = stored, time);
        var (all, queue, lines) = _stored;
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
            Lines = [.. lines.Take(Lines).Select(line => line with
            {
                Team = line.Team is { } team ? ShortText.Of(team, LongestName) : null,
            })],
        };
    }

    async Task<(IReadOnlyList<WorkerRow>, IReadOnlyList<FleetQueue>, IReadOnlyList<FleetLine>)> ReadStoredAsync(CancellationToken ct) =>
        (await workers.ListAsync(ct), await store.QueueAsync(ct), await store.LinesAsync(ct));

    static FleetWorker Of(WorkerRow worker) => new()
    {
        Worker = ShortText.Of(worker.WorkerId, LongestName),
        State = StoredNames.Of(worker.State),
        Host = worker.Host is { } host ? ShortText.Of(host, LongestName) : null,
        Process = worker.ProcessId,
        Version = worker.Version,
        Models = [.. worker.Models.Select(model => Named(model.Model))],
        Devices = [.. worker.Devices.Select(device => ShortText.Of(device, LongestName))],
        Labels = worker.Labels,
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
