using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Scheduling.Scoring;

/// <summary>
/// Readers that hold one path each and swap keys and values in and out. In a context that holds a whole tree, attention scans the cells
/// of all branches: a model of 3.6M weights reads 6,500 tokens a processor second in a context with one path of 100 tokens, and 3,500 with
/// 16 such paths. To copy 100 tokens out and in takes 0.1 ms there, and to read a step of 9 tokens 1.5 ms. Any reader serves any node, so
/// none is idle while something waits, and a search that is alone is scored on all cores.
/// </summary>
sealed class SwappingEngines : IScoringEngines
{
    readonly string _name;
    readonly IReadOnlyList<IDecodeContext> _contexts;
    readonly PathReader[] _readers;
    readonly Thread[] _threads;
    readonly SavedPrefixes _saved;
    readonly ScoringQueue _queue;
    readonly ILogger _log;
    readonly int _savedCells;

    /// <summary>Takes the contexts over, one for each reader, and starts their threads.</summary>
    /// <param name="contexts">Each with as many sequences as a call may have siblings.</param>
    /// <param name="longest">Most tokens of a path. A context has twice <see cref="EngineOptions.EnoughTokens"/> cells more.</param>
    /// <param name="savedCells">Tokens whose keys and values are kept outside the contexts, about.</param>
    /// <param name="bytesPerCell">Bytes of a token's keys and values.</param>
    public SwappingEngines(
        string name, IReadOnlyList<IDecodeContext> contexts, int vocabularySize, EngineOptions options, int longest, int savedCells,
        long bytesPerCell, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contexts.Count, 1);
        (_name, _contexts, _savedCells, _log) = (name, contexts, savedCells, log);
        _saved = new(savedCells * bytesPerCell);
        _queue = new(_saved);
        MaxSequenceTokens = longest;
        _readers = [.. contexts.Select(context => new PathReader(name, context, _saved, _queue, options, vocabularySize))];
        _threads = [.. _readers.Select(
            (reader, i) => new Thread(() => Run(reader)) { Name = $"read {name} {i + 1}", IsBackground = true })];
        // They serve every batch: their log entries must not belong to the batch that happened to load the model.
        foreach (var thread in _threads) thread.UnsafeStart();
    }

    public bool IsAlive => _queue.Closed is null;

    public int MaxSequenceTokens { get; }

    public EngineStatistics Statistics => _readers.Aggregate(default(EngineStatistics), (sum, reader) => sum + reader.Statistics) with
    {
        Evictions = _saved.Evictions,
        Load = new(_savedCells, (int)_saved.Tokens, _queue.Count),
    };

    /// <summary>Any reader may serve any node, so there is nothing to assign.</summary>
    public void Assign(long search, IReadOnlyList<Siblings> wave)
    {
    }

    public void Submit(int node, DecodeRequest request)
    {
        if (request.Longest <= MaxSequenceTokens)
        {
            _queue.Add(request);
            return;
        }

        var size = $"{request.Longest} tokens do not fit the {_name} context of {MaxSequenceTokens} cells";
        request.FailRemaining(new ModelFaultException($"{size}: {ContextSize.Larger}"));
    }

    public void Retain(long search, IReadOnlySet<int> nodes) => _saved.Retain(search, nodes);

    /// <summary>Stops the readers at the end of their current calls; unfinished requests fail.</summary>
    public void Dispose()
    {
        _queue.Close(new ObjectDisposedException(_name, $"the {_name} engine was stopped"));
        foreach (var thread in _threads) thread.Join();
        foreach (var context in _contexts) context.Dispose();
    }

    void Run(PathReader reader)
    {
        try
        {
            reader.Run();
        }
        catch (Exception e)
        {
            // A fault of the engine itself. Every request must fail with it: otherwise its search would wait forever.
            _log.EngineFailed(_name, e);
            _queue.Close(EngineFaultException.Of(_name, e));
        }
    }
}
