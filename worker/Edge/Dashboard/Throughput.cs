using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Solving;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>What this worker does per second. It reads the engines' counters every second and keeps the last ten readings.</summary>
/// <param name="loaded">The models that are ready.</param>
sealed class Throughput(
    Func<IReadOnlyList<ILoadedModel>> loaded, SearchesInFlight searches, TimeProvider time, ServiceFaults faults, ILogger<Throughput> log)
    : EnduringService("throughput", time, faults, log)
{
    const int Kept = 10;

    static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    readonly record struct Look(long At, long SampledTokens, Dictionary<ILoadedModel, EngineStatistics> Models);

    readonly Lock _gate = new();
    readonly Queue<Look> _looks = [];

    /// <summary>Sampled tokens a second, and each loaded model's figures.</summary>
    public (double SampledTokensPerSecond, IReadOnlyList<ModelStatus> Models) Now()
    {
        var now = See();
        Look before;
        lock (_gate) before = _looks.TryPeek(out var oldest) ? oldest : now;
        var seconds = Time.GetElapsedTime(before.At, now.At).TotalSeconds;
        return (PerSecond(now.SampledTokens - before.SampledTokens, seconds),
            [.. now.Models.Select(model => Of(model.Key, model.Value, model.Value - before.Models.GetValueOrDefault(model.Key), seconds))
                .OrderBy(model => (model.Role, model.Model))]);
    }

    protected override Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        var look = See();
        lock (_gate)
        {
            _looks.Enqueue(look);
            if (_looks.Count > Kept) _looks.Dequeue();
        }

        return Task.FromResult(s_every);
    }

    Look See()
    {
        Dictionary<ILoadedModel, EngineStatistics> models = new(ReferenceEqualityComparer.Instance);
        foreach (var model in loaded()) models[model] = model.Statistics;
        return new(Time.GetTimestamp(), searches.SampledTokens, models);
    }

    static ModelStatus Of(ILoadedModel model, EngineStatistics all, EngineStatistics done, double seconds) => new()
    {
        Role = StoredNames.Of(model.Role),
        Model = model.Identity.Name,
        TokensPerSecond = PerSecond(done.Tokens, seconds),
        BatchFill = done.Fill,
        BranchesPerCall = done.Decodes == 0 ? 0 : (double)done.Sequences / done.Decodes,
        CellsUsed = all.Load.CellsUsed,
        Cells = all.Load.Cells,
        Waiting = all.Load.Waiting,
        Evictions = all.Evictions,
        ReencodedTokens = all.Reencoded,
    };

    static double PerSecond(long count, double seconds) => seconds > 0 ? count / seconds : 0;
}
