using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// One model's engines, each with its own context. In a single context, every sequence's attention would scan the cells of every other
/// sequence: at 64 sequences of 128 tokens that takes more than half of the time. A search stays in one engine, where its prefixes are
/// cached, while there are as many searches as engines. With fewer searches, a wide one is spread over several engines, so that none is
/// idle.
/// </summary>
sealed class EngineGroup : IScoringEngines
{
    readonly DecodeEngine[] _engines;
    readonly int _sequencesPerEngine;
    readonly Lock _gate = new();
    readonly Dictionary<long, SearchPlacement> _searches = [];

    /// <summary>Searches that each engine serves.</summary>
    readonly int[] _load;

    /// <summary>Takes the contexts over, one per engine, and starts their threads.</summary>
    public EngineGroup(string name, IReadOnlyList<IDecodeContext> contexts, int vocabularySize, EngineOptions options, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contexts.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SequencesPerEngine, 1);
        _engines = [.. contexts.Select((context, i) => new DecodeEngine(NameOf(i), context, vocabularySize, options, log))];
        _sequencesPerEngine = options.SequencesPerEngine;
        _load = new int[_engines.Length];

        string NameOf(int engine) => contexts.Count == 1 ? name : $"{name} {engine + 1}";
    }

    /// <summary>False once one of them has stopped: its searches would wait forever.</summary>
    public bool IsAlive => Array.TrueForAll(_engines, engine => engine.IsAlive);

    /// <summary>Longest sequence in tokens that the engines can serve.</summary>
    public int MaxSequenceTokens => _engines.Min(engine => engine.MaxSequenceTokens);

    public EngineStatistics Statistics => _engines.Aggregate(default(EngineStatistics), (sum, engine) => sum + engine.Statistics);

    /// <summary>Assigns the next wave of a search to its engines. A wave that is not assigned stays in the search's first engine.</summary>
    public void Assign(long search, IReadOnlyList<Siblings> wave)
    {
        if (_engines.Length == 1) return;
        lock (_gate)
        {
            var placement = Enter(search);
            var sequences = wave.Sum(siblings => siblings.Children.Count);
            var wanted = Math.Min(_engines.Length / _searches.Count, (sequences + _sequencesPerEngine - 1) / _sequencesPerEngine);
            while (placement.Engines.Count < wanted) placement.Add(Idlest(placement.Engines));
            placement.Assign(wave, _sequencesPerEngine);
        }
    }

    /// <summary>The engine that serves a node of a search.</summary>
    public int EngineOf(long search, int node)
    {
        if (_engines.Length == 1) return 0;
        lock (_gate) return Enter(search).Of(node);
    }

    void IScoringEngines.Submit(int node, DecodeRequest request) => Submit(EngineOf(request.Search, node), request);

    public void Submit(int engine, DecodeRequest request) => _engines[engine].Submit(request);

    /// <summary>
    /// Releases the cached prefixes of a search, except those that end at <paramref name="nodes"/>; with no node the search is over.
    /// </summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        int[] used = [0];
        if (_engines.Length > 1)
        {
            lock (_gate)
            {
                if (!_searches.TryGetValue(search, out var placement)) return;
                used = [.. placement.Engines];
                placement.Retain(nodes);
                if (nodes.Count == 0)
                {
                    _searches.Remove(search);
                    foreach (var engine in used) _load[engine]--;
                }
            }
        }

        foreach (var engine in used) _engines[engine].Retain(search, nodes);
    }

    public void Dispose()
    {
        foreach (var engine in _engines) engine.Dispose();
    }

    SearchPlacement Enter(long search)
    {
        if (!_searches.TryGetValue(search, out var placement)) _searches[search] = placement = new(Idlest([]));
        return placement;
    }

    /// <summary>Takes a place in the engine that serves fewest searches.</summary>
    int Idlest(IReadOnlyList<int> except)
    {
        var idlest = Enumerable.Range(0, _engines.Length).Except(except).MinBy(engine => _load[engine]);
        _load[idlest]++;
        return idlest;
    }
}
