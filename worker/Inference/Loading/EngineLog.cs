using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Loading;

/// <summary>Logs every half minute how busy each model was since the last time. A model that did nothing gets no line.</summary>
/// <param name="loaded">The models that are ready.</param>
sealed class EngineLog(Func<IReadOnlyList<ILoadedModel>> loaded, TimeProvider time, ILogger<EngineLog> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    Dictionary<ILoadedModel, EngineStatistics> _before = new(ReferenceEqualityComparer.Instance);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        var since = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Tell(time.GetElapsedTime(since));
            since = time.GetTimestamp();
        }
    }

    void Tell(TimeSpan passed)
    {
        Dictionary<ILoadedModel, EngineStatistics> now = new(ReferenceEqualityComparer.Instance);
        foreach (var model in loaded())
        {
            var done = (now[model] = model.Statistics) - _before.GetValueOrDefault(model);
            if (done.Tokens == 0) continue;
            var (role, tokensPerSecond) = (StoredNames.Of(model.Role), done.Tokens / passed.TotalSeconds);
            log.EngineWorked(role, model.Identity.Name, tokensPerSecond, done.Fill, done.Load.CellsUsed, done.Load.Cells, done.Evictions);
        }
        _before = now;
    }
}
