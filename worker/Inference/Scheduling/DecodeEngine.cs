using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// One context on a thread of its own, serving all branches that are dealt to it at once. Each turn of its loop takes what came in, lets
/// branches in while there is room, fills one batch with a token of each running branch and chunks of new prefixes,
/// decodes it and hands the logits out. Want of cells or sequence ids is never a failure, only a reason to wait.
/// </summary>
sealed partial class DecodeEngine : IDisposable
{
    readonly string _name;
    readonly IDecodeContext _context;
    readonly EngineOptions _options;
    readonly ILogger _log;
    readonly SamplingPass _drawing;
    readonly PrefixCache _cache;
    readonly DecodeBatch _batch;
    readonly Lock _gate = new();
    readonly Queue<(DecodeRequest? Growth, Action? Housekeeping)> _inbox = new();
    readonly AutoResetEvent _arrived = new(false);
    readonly Thread _thread;
    readonly List<DecodeSequence> _running = [];
    volatile bool _stopping;

    /// <summary>Why nothing is taken any more; null while the thread runs.</summary>
    Exception? _closed;

    long _turn;
    long _decodes, _tokens, _capacity, _branches, _reencoded, _preemptions, _busyTicks;

    /// <summary>Takes the context over and starts the thread.</summary>
    public DecodeEngine(string name, IDecodeContext context, int vocabularySize, EngineOptions options, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBranches, 1);
        (_name, _context, _log) = (name, context, log);
        _options = options with { MaxBranches = Math.Min(options.MaxBranches, Math.Min(context.MaxSequences, context.BatchTokens)) };
        _drawing = new(vocabularySize, options.DrawThreads);
        _cache = new(context);
        _batch = new(context.BatchTokens);
        _thread = new(Run) { Name = $"decode {name}", IsBackground = true };
        // Serves every batch: it must not log and trace in the name of the one that happened to load the model.
        _thread.UnsafeStart();
    }

    /// <summary>False once the engine has stopped: nothing more will come of it.</summary>
    public bool IsAlive
    {
        get
        {
            lock (_gate) return _closed is null;
        }
    }

    /// <summary>Longest sequence in tokens that can be served at all.</summary>
    public int MaxSequenceTokens => _context.Cells;

    public EngineStatistics Statistics => new(
        Volatile.Read(ref _decodes), Volatile.Read(ref _tokens), Volatile.Read(ref _capacity), Volatile.Read(ref _branches), Volatile.Read(ref _reencoded),
        _cache.Evictions, Volatile.Read(ref _preemptions), Stopwatch.GetElapsedTime(0, Volatile.Read(ref _busyTicks)),
        new(_cache.Cells, _cache.Cells - _cache.FreeCells, _waiting.Count + _preempted.Count));

    public void Submit(DecodeRequest growth)
    {
        if (growth.Longest > MaxSequenceTokens)
        {
            growth.FailRemaining(new ModelFaultException($"{growth.Longest} tokens do not fit the {_name} context of {MaxSequenceTokens} cells: raise Rebase:Inference:ContextCells"));
            return;
        }

        if (Post((growth, null)) is { } closed) growth.FailRemaining(closed);
    }

    /// <summary>Lets go of what is cached of a search, but for the prefixes that end at <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => Post((null, () => _cache.Retain(search, nodes)));

    /// <summary>Stops the thread at the end of the decode call it is in; what was under way fails.</summary>
    public void Dispose()
    {
        _stopping = true;
        _arrived.Set();
        _thread.Join();
        _context.Dispose();
    }

    Exception? Post((DecodeRequest?, Action?) item)
    {
        lock (_gate)
        {
            if (_closed is not null) return _closed;
            _inbox.Enqueue(item);
        }

        _arrived.Set();
        return null;
    }

    void Run()
    {
        Exception reason = new ObjectDisposedException(_name, $"the {_name} engine was stopped");
        try
        {
            while (!_stopping)
            {
                TakeInbox();
                DropCancelled();
                Admit();
                FillBatch();
                if (_batch.Count > 0) Decode();
                _turn++;
            }
        }
        catch (Exception e)
        {
            // A fault of the engine itself: every request must hear of it, or its search would wait for ever.
            _log.EngineFailed(_name, e);
            reason = e as EngineFaultException ?? new EngineFaultException($"the {_name} engine stopped: {e.Message}", e);
            _stopping = true;
        }

        lock (_gate) _closed = reason;
        while (_inbox.TryDequeue(out var item)) item.Growth?.FailRemaining(reason);
        FailAll(reason);
    }

    void TakeInbox()
    {
        if (_running.Count == 0 && _waiting.Count == 0 && _preempted.Count == 0) _arrived.WaitOne();
        while (true)
        {
            (DecodeRequest? Growth, Action? Housekeeping) item;
            lock (_gate)
                if (!_inbox.TryDequeue(out item)) return;
            if (item.Growth is { } growth) Enqueue(growth);
            item.Housekeeping?.Invoke();
        }
    }

    void Decode()
    {
        _options.Threads?.Enter(_options.ThreadsPerCall);
        var started = Stopwatch.GetTimestamp();
        DecodeStatus status;
        try
        {
            status = _context.Decode(_batch);
        }
        finally
        {
            _options.Threads?.Leave(_options.ThreadsPerCall);
        }

        var ticks = Stopwatch.GetTimestamp() - started;
        _busyTicks += ticks;
        _decodes++;
        switch (status)
        {
            case DecodeStatus.Ok:
                _tokens += _batch.Count;
                _capacity += _batch.Capacity;
                _branches += _entries.Count;
                ApplyOutputs(ticks / (double)Stopwatch.Frequency);
                break;
            case DecodeStatus.CacheFull:
                YieldForRoom();
                break;
            default:
                Isolate();
                break;
        }
    }

    void FailAll(Exception reason)
    {
        foreach (var branch in _running) branch.Fail(reason);
        foreach (var branch in _preempted) branch.Fail(reason);
        foreach (var growth in _waiting) growth.FailRemaining(reason);
        _running.Clear();
        _preempted.Clear();
        _waiting.Clear();
    }
}
