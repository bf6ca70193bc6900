using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// One model's engines, each with a context of its own. In one context for all, every branch's attention would scan the cells of every
/// other branch: at 64 branches of 128 tokens that takes more than half of the time. A search stays in one lane, where its prefixes are
/// cached, while there are as many searches as lanes; with fewer of them a wide one is dealt over several, so that none is idle.
/// </summary>
sealed class EngineGroup : IDisposable
{
    readonly DecodeEngine[] _lanes;
    readonly int _branchesPerLane;
    readonly Lock _gate = new();
    readonly Dictionary<long, SearchLanes> _searches = [];

    /// <summary>Searches that are dealt to each lane.</summary>
    readonly int[] _load;

    /// <summary>Takes the contexts over, one a lane, and starts their threads.</summary>
    public EngineGroup(string name, IReadOnlyList<IDecodeContext> contexts, int vocabularySize, EngineOptions options, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contexts.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BranchesPerLane, 1);
        _lanes = [.. contexts.Select((context, i) => new DecodeEngine(contexts.Count == 1 ? name : $"{name} {i + 1}", context, vocabularySize, options, log))];
        _branchesPerLane = options.BranchesPerLane;
        _load = new int[_lanes.Length];
    }

    /// <summary>False once one of them has stopped: its searches would wait for ever.</summary>
    public bool IsAlive => Array.TrueForAll(_lanes, lane => lane.IsAlive);

    /// <summary>Longest sequence in tokens that can be served at all.</summary>
    public int MaxSequenceTokens => _lanes.Min(lane => lane.MaxSequenceTokens);

    public EngineStatistics Statistics => _lanes.Aggregate(default(EngineStatistics), (sum, lane) => sum + lane.Statistics);

    /// <summary>Deals the coming wave of a search over its lanes. A wave that is not dealt stays in the search's first lane.</summary>
    public void Assign(long search, IReadOnlyList<Siblings> wave)
    {
        if (_lanes.Length == 1) return;
        lock (_gate)
        {
            var lanes = Enter(search);
            var branches = wave.Sum(family => family.Children.Count);
            var wanted = Math.Min(_lanes.Length / _searches.Count, (branches + _branchesPerLane - 1) / _branchesPerLane);
            while (lanes.Lanes.Count < wanted) lanes.Add(Idlest(lanes.Lanes));
            lanes.Assign(wave, _branchesPerLane);
        }
    }

    /// <summary>Where a node of a search is grown.</summary>
    public int LaneOf(long search, int node)
    {
        if (_lanes.Length == 1) return 0;
        lock (_gate) return Enter(search).Of(node);
    }

    public void Submit(int lane, DecodeRequest growth) => _lanes[lane].Submit(growth);

    /// <summary>Lets go of what is cached of a search, but for the prefixes that end at <paramref name="nodes"/>; with none the search is over.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        int[] used = [0];
        if (_lanes.Length > 1)
        {
            lock (_gate)
            {
                if (!_searches.TryGetValue(search, out var lanes)) return;
                used = [.. lanes.Lanes];
                lanes.Retain(nodes);
                if (nodes.Count == 0)
                {
                    _searches.Remove(search);
                    foreach (var lane in used) _load[lane]--;
                }
            }
        }

        foreach (var lane in used) _lanes[lane].Retain(search, nodes);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
    }

    SearchLanes Enter(long search)
    {
        if (!_searches.TryGetValue(search, out var lanes)) _searches[search] = lanes = new(Idlest([]));
        return lanes;
    }

    /// <summary>Takes a place in the lane that serves fewest searches.</summary>
    int Idlest(IReadOnlyList<int> except)
    {
        var lane = Enumerable.Range(0, _lanes.Length).Except(except).MinBy(lane => _load[lane]);
        _load[lane]++;
        return lane;
    }
}
