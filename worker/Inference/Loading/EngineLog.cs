using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Loading;

/// <summary>Logs every half minute how busy each model was since the last time. A model that did nothing gets no line.</summary>
/// <param name="loaded">The models that are ready.</param>
sealed class EngineLog(Func<IReadOnlyList<ILoadedModel>> loaded, TimeProvider time, ServiceFaults faults, ILogger<EngineLog> log)
    : EnduringService("engine log", time, faults, log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    Dictionary<ILoadedModel, EngineStatistics> _before = new(ReferenceEqualityComparer.Instance);
    long? _since;

    protected override Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        var now = Time.GetTimestamp();
        if (_since is { } since) Tell(Time.GetElapsedTime(since, now));
        _since = now;
        return Task.FromResult(Every);
    }

    void Tell(TimeSpan passed)
    {
        Dictionary<ILoadedModel, EngineStatistics> now = new(ReferenceEqualityComparer.Instance);
        foreach (var model in loaded())
        {
            var done = (now[model] = model.Statistics) - _before.GetValueOrDefault(model);
            if (done.Tokens == 0) continue;
            var (role, tokensPerSecond) = (StoredNames.Of(model.Role), done.Tokens / passed.TotalSeconds);
            Logger.EngineWorked(
                role, model.Identity.Name, tokensPerSecond, done.Fill, done.Load.CellsUsed, done.Load.Cells, done.Evictions);
        }
        _before = now;
    }
}
