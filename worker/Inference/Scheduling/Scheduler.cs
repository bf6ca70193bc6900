using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Decides what one context decodes next. <see cref="Schedule"/> admits waiting requests, preempts running sequences when cells run short,
/// and fills a <see cref="BatchPlan"/> with a token of each running sequence and chunks of new prefixes. Whoever runs the plan reports how
/// the call ended: <see cref="Commit"/> and <see cref="Apply"/>, <see cref="CacheFull"/> or <see cref="CallFailed"/>. A lack of KV cells or
/// sequence ids is never an error: the request waits. Modelled on vLLM's scheduler.
/// </summary>
/// <remarks>It knows no thread, no model and no context. Only the counters may be read by another thread.</remarks>
sealed class Scheduler
{
    readonly string _name;
    readonly ContextSize _size;
    readonly PrefixCache _cache;
    readonly BatchPlan _plan;
    readonly WaitingQueue _waiting = new();
    readonly RunningSequences _running;
    readonly Admission _admission;

    /// <summary>Sequences of a failed call that wait to be decoded one by one, so that the one at fault is found.</summary>
    readonly Queue<DecodeSequence> _suspects = new();

    /// <summary>The sequences with an output of the last call.</summary>
    readonly List<(DecodeSequence Sequence, int Output)> _outputs = [];

    long _turn, _reencoded, _preemptions;

    /// <param name="name">The engine's name, for error sentences.</param>
    public Scheduler(string name, ContextSize size, EngineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRunning, 1);
        (_name, _size) = (name, size);
        _cache = new(size.Cells, size.Sequences);
        _running = new(_cache, Math.Min(options.MaxRunning, Math.Min(size.Sequences, size.BatchTokens)));
        _admission = new(_cache, _waiting, _running, options.HeadroomTokens);
        _plan = new(size.BatchTokens, _cache.Operations);
    }

    /// <summary>Whether it has nothing to plan until something is added.</summary>
    public bool IsIdle => _running.Count == 0 && _waiting.Count == 0;

    public long Reencoded => Volatile.Read(ref _reencoded);
    public long Evictions => _cache.Evictions;
    public long Preemptions => Volatile.Read(ref _preemptions);

    /// <summary>How full the context is now.</summary>
    public EngineLoad Load => new(_cache.Cells, _cache.Cells - _cache.FreeCells, _waiting.Count);

    public void Add(DecodeRequest request) => _waiting.Add(request);

    /// <summary>Releases the cached prefixes of a search, except those that end at <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => _cache.Retain(search, nodes);

    /// <summary>The plan of the next decode call. Its batch is empty when nothing can run.</summary>
    public BatchPlan Schedule()
    {
        _turn++;
        DropCancelled();
        _admission.Admit(_turn);
        Fill();
        return _plan;
    }

    /// <summary>The call succeeded: books its tokens and forks the siblings of each prefix that is complete now.</summary>
    /// <param name="seconds">How long the call took.</param>
    /// <returns>The sequences that go on from an output of the call; give each of them to <see cref="Apply"/>.</returns>
    public ReadOnlySpan<(DecodeSequence Sequence, int Output)> Commit(double seconds)
    {
        // Cells first: a fork needs the new length of every sequence in this batch.
        foreach (var (sequence, tokens, _) in _plan.Sequences)
        {
            _reencoded += sequence.Charge(sequence.Slot!.Length, tokens, seconds * tokens / _plan.Batch.Count);
            _cache.Appended(sequence.Slot!, tokens);
        }

        // All siblings are forked before any sequence goes on: a sequence that ends gives its slot back.
        _outputs.Clear();
        foreach (var (sequence, _, output) in _plan.Sequences)
        {
            if (output < 0) continue;
            _outputs.Add((sequence, output));
            if (sequence.Request.PrefillOwner != sequence) continue;
            sequence.Request.PrefillOwner = null;
            while (_admission.TryFork(sequence, _turn) is { } sibling) _outputs.Add((sibling, output));
        }

        return CollectionsMarshal.AsSpan(_outputs);
    }

    /// <summary>Takes the outcome of a sequence's output: one more token, its end, or a fault.</summary>
    public void Apply(DecodeSequence sequence, bool goesOn, ModelFaultException? fault)
    {
        if (fault is not null)
        {
            Abandon(sequence, fault);
            return;
        }

        if (goesOn)
        {
            sequence.Slot!.Plan(sequence.Count);
            return;
        }

        _running.Finish(sequence, _turn);
        sequence.Complete();
    }

    /// <summary>
    /// The accounting saw room where the runtime had none (a runtime that pads or fragments): makes more until the batch fits.
    /// </summary>
    public void CacheFull()
    {
        if (_cache.MakeRoom(_cache.FreeCells + _plan.Batch.Count)) return;
        if (_running.Count > 1)
        {
            Preempt();
            return;
        }

        var size = $"a sequence of {_running[0].Count} tokens does not fit the {_name} context of {_size.Cells} cells";
        Abandon(_running[0], new ModelFaultException(size));
    }

    /// <summary>The call failed: its sequences are tried one at a time from now on.</summary>
    /// <returns>The sequence whose call failed although it was alone. It runs no more and holds no cell; the caller fails it with the
    /// reason.</returns>
    public DecodeSequence? CallFailed()
    {
        if (_plan.Sequences is [var (alone, _, _)])
        {
            _running.Remove(alone);
            return alone;
        }

        foreach (var (sequence, _, _) in _plan.Sequences) _suspects.Enqueue(sequence);
        return null;
    }

    public void FailAll(Exception reason)
    {
        _running.FailAll(reason);
        _waiting.FailAll(reason);
    }

    void Fill()
    {
        _plan.Clear();
        if (NextSuspect() is { } suspect)
        {
            Plan(suspect);
            return;
        }

        // Running sequences need one token each; new prefixes come in chunks of the room that is left.
        while (!_cache.MakeRoom(Math.Clamp(_running.Decoding, 1, _plan.Batch.Capacity)) && _running.Count > 1) Preempt();
        foreach (var sequence in _running)
            if (sequence.Pending == 1) Plan(sequence);
        foreach (var sequence in _running)
            if (sequence.Pending > 1) Plan(sequence);
    }

    void Plan(DecodeSequence sequence)
    {
        var batch = _plan.Batch;
        if (sequence.Pending > Room() && batch.Count == 0) _cache.MakeRoom(Math.Min(sequence.Pending, batch.Capacity));
        var tokens = Math.Min(sequence.Pending, Room());
        if (tokens > 0) _plan.Add(sequence, tokens);

        int Room() => Math.Min(batch.Room, _cache.FreeCells - batch.Count);
    }

    DecodeSequence? NextSuspect()
    {
        while (_suspects.TryDequeue(out var sequence))
            if (sequence.Slot is not null && _running.Contains(sequence)) return sequence;
        return null;
    }

    /// <summary>A sequence gives its cells back and waits. It keeps what it has sampled and encodes it again later.</summary>
    void Preempt()
    {
        var sequence = _running.Youngest;
        _running.Remove(sequence);
        _waiting.Add(sequence);
        _preemptions++;
    }

    void DropCancelled()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            var cancellation = _running[i].Request.Cancellation;
            if (cancellation.IsCancellationRequested) Abandon(_running[i], new OperationCanceledException(cancellation));
        }

        _waiting.FailCancelled();
    }

    void Abandon(DecodeSequence sequence, Exception reason)
    {
        _running.Remove(sequence);
        sequence.Fail(reason);
    }
}
