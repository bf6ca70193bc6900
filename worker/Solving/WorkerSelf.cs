using Microsoft.Extensions.Hosting;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Solving;

/// <summary>What this worker knows of itself. Not thread-safe: one caller.</summary>
sealed class WorkerSelf(
    ModelPool models, SearchesInFlight searches, WorkerOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    readonly long _start = time.GetTimestamp();
    readonly Queue<(long At, long Sampled)> _looks = [];

    /// <summary>Cancelled when the worker is asked to stop: from then on it drains.</summary>
    public CancellationToken Draining => lifetime.ApplicationStopping;

    public WorkerHeartbeat Now()
    {
        var now = time.GetTimestamp();
        return new()
        {
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            Version = ProgramVersion.Text,
            UpSeconds = time.GetElapsedTime(_start, now).TotalSeconds,
            IsDraining = Draining.IsCancellationRequested,
            MaxBatches = options.MaxBatches,
            TokensPerSecond = Rate(now, searches.SampledTokens),
            Models = [.. models.Loaded.Select(model => new HeldModel(StoredNames.Of(model.Role), model.Identity.Name))
                .Distinct().OrderBy(model => model.Role, StringComparer.Ordinal).ThenBy(model => model.Model, StringComparer.Ordinal)],
            Devices = models.Devices,
            Labels = options.LabelSet.Texts,
            OnlyModels = options.Only,
        };
    }

    double Rate(long now, long sampled)
    {
        while (_looks.Count > 1 && time.GetElapsedTime(_looks.Peek().At, now) > s_window) _looks.Dequeue();
        var (at, before) = _looks.TryPeek(out var oldest) ? oldest : (_start, 0);
        _looks.Enqueue((now, sampled));
        return time.GetElapsedTime(at, now).TotalSeconds is > 0 and var seconds ? (sampled - before) / seconds : 0;
    }
}
