using Microsoft.Extensions.Logging;

namespace RebaseBatch.Inference.Engine;

/// <summary>
/// One model's engines, each with a context of its own. A search stays in one lane, where its prefixes are cached; a new one goes where
/// fewest are. In one context for all, every branch's attention would scan the cells of every other tree: at 64 branches of 128 tokens
/// that takes more than half of the time.
/// </summary>
sealed class EngineLanes : IDisposable
{
    readonly DecodeEngine[] _lanes;
    readonly Lock _gate = new();
    readonly Dictionary<long, int> _laneOf = [];
    readonly int[] _searches;

    /// <summary>Takes the contexts over, one a lane, and starts their threads.</summary>
    public EngineLanes(string name, IReadOnlyList<IDecodeContext> contexts, int vocabularySize, EngineOptions options, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contexts.Count, 1);
        _lanes = [.. contexts.Select((context, i) => new DecodeEngine(contexts.Count == 1 ? name : $"{name} {i + 1}", context, vocabularySize, options, log))];
        _searches = new int[_lanes.Length];
    }

    /// <summary>False once one of them has stopped: its searches would wait for ever.</summary>
    public bool IsAlive => Array.TrueForAll(_lanes, lane => lane.IsAlive);

    /// <summary>Longest sequence in tokens that can be served at all.</summary>
    public int MaxSequenceTokens => _lanes.Min(lane => lane.MaxSequenceTokens);

    public EngineStatistics Statistics => _lanes.Aggregate(default(EngineStatistics), (sum, lane) => sum + lane.Statistics);

    public void Submit(Growth growth) => _lanes[LaneOf(growth.Search)].Submit(growth);

    /// <summary>Lets go of what is cached of a search, but for the prefixes that end at <paramref name="nodes"/>; with none the search is over.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        int lane;
        lock (_gate)
        {
            if (!_laneOf.TryGetValue(search, out lane)) return;
            if (nodes.Count == 0)
            {
                _laneOf.Remove(search);
                _searches[lane]--;
            }
        }
        _lanes[lane].Retain(search, nodes);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
    }

    int LaneOf(long search)
    {
        lock (_gate)
        {
            if (_laneOf.TryGetValue(search, out var lane)) return lane;
            lane = Array.IndexOf(_searches, _searches.Min());
            _laneOf[search] = lane;
            _searches[lane]++;
            return lane;
        }
    }
}
