using System.Buffers;
using System.Diagnostics;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling.Scoring;

/// <summary>
/// Reads paths in a context of its own, siblings in one call. They go on from what the context holds or from a saved prefix, whichever
/// shares more. Their keys and values are saved for the next level.
/// </summary>
/// <param name="context">A context with a sequence for each sibling of a call.</param>
sealed class PathReader(
    string name, IDecodeContext context, SavedPrefixes saved, ScoringQueue queue, EngineOptions options, int vocabularySize)
{
    /// <summary>The text whose first tokens each sequence of the context holds.</summary>
    readonly int[][] _held = [.. Enumerable.Range(0, context.MaxSequences).Select(_ => Array.Empty<int>())];

    readonly List<DecodeRequest> _group = [];

    /// <summary>The sequences of the group. Until each has a result, a search waits for it.</summary>
    readonly List<DecodeSequence> _begun = [];

    /// <summary>What is read in each sequence now; null when it is read or has failed.</summary>
    readonly DecodeSequence?[] _reading = new DecodeSequence?[context.MaxSequences];

    readonly DecodeBatch _batch = new(context.BatchTokens);
    readonly ThreadShare _threads = new(options.Threads, options);
    readonly TokenSampler _sampler = new(vocabularySize);
    long _decodes, _sequences, _tokens, _reencoded, _busyTicks;

    public EngineStatistics Statistics => new()
    {
        Decodes = Volatile.Read(ref _decodes), Tokens = Volatile.Read(ref _tokens), Sequences = Volatile.Read(ref _sequences),
        BatchCapacity = Volatile.Read(ref _decodes) * context.BatchTokens, Reencoded = Volatile.Read(ref _reencoded),
        Busy = Stopwatch.GetElapsedTime(0, Volatile.Read(ref _busyTicks)),
    };

    /// <summary>Serves requests until the queue is closed.</summary>
    /// <exception cref="EngineFaultException">The model decodes nothing any more. The requests at hand have failed with it.</exception>
    public void Run()
    {
        _threads.Begin();
        try
        {
            while (Next() is { } next) Serve(next);
        }
        finally
        {
            _threads.End();
        }
    }

    DecodeRequest? Next()
    {
        if (queue.TryTake() is { } next) return next;
        _threads.End();
        try
        {
            return queue.Take();
        }
        finally
        {
            _threads.Begin();
        }
    }

    void Serve(DecodeRequest first)
    {
        _group.Add(first);
        try
        {
            Gather(first);
            foreach (var request in _group) _begun.Add(request.Next());
            _threads.Take();
            Read(_begun);
        }
        catch (Exception e)
        {
            var fault = EngineFaultException.Of(name, e);
            // First: a search that learns of the fault must not find the engines alive and ask again.
            queue.Close(fault);
            FailBegun(fault);
            foreach (var request in _group) request.FailRemaining(fault);
            throw fault;
        }
        finally
        {
            foreach (var request in _group) queue.Finish(request);
            _group.Clear();
            _begun.Clear();
        }
    }

    /// <summary>Fails what has no result yet.</summary>
    void FailBegun(Exception reason)
    {
        foreach (var sequence in _begun) sequence.Fail(reason);
        Array.Clear(_reading);
    }

    /// <summary>Takes siblings of a request for the same call, until it has enough tokens.</summary>
    void Gather(DecodeRequest first)
    {
        var tokens = first.Prefix.Length - saved.Shared(first.Prefix);
        while (_group.Count < _reading.Length && tokens < options.EnoughTokens
            && queue.TryTakeSibling(first, options.EnoughTokens) is { } sibling)
        {
            _group.Add(sibling);
            tokens += sibling.Prefix.Length - sibling.Prefix.AsSpan().CommonPrefixLength(first.Prefix);
        }
    }

    /// <summary>Reads sequences to their ends, in calls of all of them.</summary>
    void Read(List<DecodeSequence> sequences)
    {
        Share(sequences);
        while (GoesOn())
        {
            Fill();
            context.Threads = _threads.Take();
            var started = Stopwatch.GetTimestamp();
            var status = context.Decode(_batch);
            _threads.CallEnded();
            var ticks = Stopwatch.GetTimestamp() - started;
            _busyTicks += ticks;
            _decodes++;
            if (status is DecodeStatus.Ok) Commit(ticks / (double)Stopwatch.Frequency);
            else if (sequences.Count == 1) Blame();
            else
            {
                // The one at fault is found when each is read alone.
                DecodeSequence[] suspects = [.. _reading.OfType<DecodeSequence>()];
                Array.Clear(_reading);
                foreach (var suspect in suspects) Read([suspect]);
            }

            _threads.TurnEnded();
        }
    }

    /// <summary>Whether there is something left to read. A long text takes many calls, and between two it may be cancelled.</summary>
    bool GoesOn()
    {
        if (queue.Closed is { } closed) FailBegun(closed);
        for (var id = 0; id < _reading.Length; id++)
        {
            if (_reading[id] is not { Request.Cancellation: { IsCancellationRequested: true } cancellation } cancelled) continue;
            cancelled.Fail(new OperationCanceledException(cancellation));
            _reading[id] = null;
        }

        return Array.Exists(_reading, sequence => sequence is not null);
    }

    /// <summary>Puts the longest known prefix of the first sequence into the context and lets all of them continue it.</summary>
    void Share(List<DecodeSequence> sequences)
    {
        var first = sequences[0].Known;
        var (source, shared) = (0, 0);
        for (var id = 0; id < _held.Length; id++)
        {
            // The last token is always decoded again: its output is wanted.
            var common = Math.Min(_held[id].AsSpan(0, context.Length(id)).CommonPrefixLength(first), first.Length - 1);
            if (common > shared) (source, shared) = (id, common);
        }

        if (saved.Borrow(first, shared) is var (prefix, more))
        {
            // In an empty context the cells come in one piece. Into pieces llama.cpp copies number by number.
            for (var id = 0; id < _held.Length; id++) context.Truncate(id, 0);
            (source, shared) = (0, context.Load(0, prefix.State, prefix.Length) ? more : 0);
            saved.Return(prefix);
        }

        for (var id = 0; id < _held.Length; id++) context.Truncate(id, id == source ? shared : 0);
        var free = 0;
        foreach (var sequence in sequences)
        {
            if (free == source) free++;
            var id = sequence == sequences[0] ? source : free++;
            var common = Math.Min(shared, Math.Min(sequence.Known.CommonPrefixLength(first), sequence.Count - 1));
            if (id != source && common > 0) context.Fork(source, id, common);
            (_reading[id], _held[id]) = (sequence, sequence.Tokens);
        }
    }

    void Fill()
    {
        _batch.Clear();
        for (var id = 0; id < _reading.Length; id++)
        {
            if (_reading[id] is not { } sequence) continue;
            for (var at = context.Length(id); at < sequence.Count && _batch.Room > 0; at++)
                _batch.Add(sequence.Tokens[at], at, id, output: at == sequence.Count - 1);
        }
    }

    void Commit(double seconds)
    {
        _tokens += _batch.Count;
        for (var (first, end) = (0, 0); first < _batch.Count; first = end)
        {
            var (id, tokens) = (_batch.Sequences[first], 0);
            while (end < _batch.Count && _batch.Sequences[end] == id) (end, tokens) = (end + 1, tokens + 1);
            _reencoded += _reading[id]!.Charge(_batch.Positions[first], tokens, seconds * tokens / _batch.Count);
            _sequences++;
            if (_batch.Outputs[end - 1]) End(id, end - 1);
        }
    }

    void End(int id, int output)
    {
        var sequence = _reading[id]!;
        _reading[id] = null;
        try
        {
            sequence.Advance(options.Output is ModelOutput.HiddenState ? context.Hidden(output) : context.Logits(output), _sampler);
        }
        catch (ModelFaultException e)
        {
            sequence.Fail(e);
            return;
        }

        var bytes = context.StateBytes(id);
        var state = ArrayPool<byte>.Shared.Rent(bytes);
        context.Save(id, state);
        saved.Add(new(sequence.Request.Search, sequence.Node, sequence.Tokens, sequence.Count, state, bytes));
        sequence.Complete();
    }

    /// <summary>A sequence that is alone in a failed call fails. If its text did not cause the failure, the engine fails.</summary>
    void Blame()
    {
        var id = Array.FindIndex(_reading, sequence => sequence is not null);
        context.Truncate(id, 0);
        _batch.Clear();
        _batch.Add(0, 0, id, output: true);
        // On a broken device every request fails. If each request were blamed for it, a whole queue of problems would end as errors.
        if (context.Decode(_batch) is not DecodeStatus.Ok)
            throw new EngineFaultException($"the {name} model no longer decodes anything: its device or memory failed");
        context.Truncate(id, 0);
        _reading[id]!.Fail(new ModelFaultException($"the {name} model failed to decode {_reading[id]!.Count} tokens"));
        _reading[id] = null;
    }
}
