using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>What goes into a batch, and what is done with what comes out.</summary>
sealed partial class DecodeEngine
{
    readonly List<(DecodeSequence Branch, int Tokens, int Output)> _entries = [];

    /// <summary>Branches still to be decoded one by one after a failed call, so that the one at fault is found.</summary>
    readonly Queue<DecodeSequence> _suspects = new();

    void FillBatch()
    {
        _batch.Clear();
        _entries.Clear();
        if (NextSuspect() is { } suspect)
        {
            Add(suspect);
            return;
        }

        // Running branches need one token each; new prefixes come in chunks of what room is left.
        var decoding = 0;
        foreach (var branch in _running) decoding += branch.Pending == 1 ? 1 : 0;
        while (!_cache.MakeRoom(Math.Min(Math.Max(decoding, 1), _batch.Capacity)) && _running.Count > 1)
        {
            Preempt();
            decoding = _running.Count(branch => branch.Pending == 1);
        }

        foreach (var branch in _running)
            if (branch.Pending == 1) Add(branch);
        foreach (var branch in _running)
            if (branch.Pending > 1) Add(branch);
    }

    void Add(DecodeSequence branch)
    {
        var room = Math.Min(_batch.Room, _cache.FreeCells - _batch.Count);
        if (branch.Pending > room && _entries.Count == 0) _cache.MakeRoom(Math.Min(branch.Pending, _batch.Capacity));
        room = Math.Min(_batch.Room, _cache.FreeCells - _batch.Count);
        var tokens = Math.Min(branch.Pending, room);
        if (tokens <= 0) return;

        var slot = branch.Slot!;
        var output = -1;
        for (var i = 0; i < tokens; i++)
        {
            var position = slot.Length + i;
            var last = position == branch.Count - 1;
            var entry = _batch.Add(branch.Tokens[position], position, slot.Id, last);
            if (last) output = entry;
        }

        _entries.Add((branch, tokens, output));
    }

    /// <param name="seconds">How long the decode call took.</param>
    void ApplyOutputs(double seconds)
    {
        // Cells first: forking a sibling must see every branch of this batch where it now stands.
        foreach (var (branch, tokens, _) in _entries)
        {
            _reencoded += branch.Charge(branch.Slot!.Length, tokens, seconds * tokens / _batch.Count);
            _cache.Appended(branch.Slot!, tokens);
        }

        // All siblings are forked before any branch goes on: a branch that ends gives its sequence away.
        _drawing.Clear();
        foreach (var (branch, _, output) in _entries)
        {
            if (output < 0) continue;
            _drawing.Add(branch, output);
            if (branch.Request.PrefillOwner == branch) ForkSiblings(branch, output);
        }

        _drawing.Run(_context, _options.Output);
        for (var i = 0; i < _drawing.Count; i++)
        {
            var (branch, goesOn, fault) = _drawing[i];
            Settle(branch, goesOn, fault);
        }
    }

    void Settle(DecodeSequence branch, bool goesOn, ModelFaultException? fault)
    {
        if (fault is not null)
        {
            Abandon(branch, fault);
            return;
        }

        if (goesOn)
        {
            branch.Slot!.Planned = branch.Count;
            return;
        }

        _running.Remove(branch);
        _cache.Keep(branch.Slot!, branch.Lasting, branch.Request.Search, branch.Node, _turn);
        branch.Complete();
    }

    /// <summary>The ledger saw room where the runtime had none (a runtime that pads or fragments): yield until the batch fits.</summary>
    void YieldForRoom()
    {
        if (_cache.MakeRoom(_cache.FreeCells + _batch.Count)) return;
        if (_running.Count > 1) Preempt();
        else Abandon(_running[0], new ModelFaultException($"a line of {_running[0].Count} tokens does not fit the {_name} context of {_context.Cells} cells"));
    }

    /// <summary>A call failed: its branches are tried one at a time, and one that fails alone is failed.</summary>
    void Isolate()
    {
        if (_entries is [var (only, _, _)])
        {
            var sequence = only.Slot!.Id;
            _running.Remove(only);
            _cache.Close(only.Slot);
            // A broken device fails every request: blaming them one by one would make errors of a whole queue.
            Exception reason = Decodes(sequence)
                ? new ModelFaultException($"the {_name} model failed to decode {only.Count} tokens")
                : new EngineFaultException($"the {_name} model no longer decodes anything: its device or memory failed");
            if (only.Request.PrefillOwner == only) only.Request.PrefillOwner = null;
            only.Fail(reason);
            if (reason is EngineFaultException) throw reason;
            return;
        }

        foreach (var (branch, _, _) in _entries) _suspects.Enqueue(branch);
    }

    /// <summary>Whether the model decodes one harmless token in a sequence that is free.</summary>
    bool Decodes(int sequence)
    {
        _batch.Clear();
        _batch.Add(0, 0, sequence, output: true);
        if (_context.Decode(_batch) != DecodeStatus.Ok) return false;
        _context.Truncate(sequence, 0);
        return true;
    }

    DecodeSequence? NextSuspect()
    {
        while (_suspects.TryDequeue(out var branch))
            if (branch.Slot is not null && _running.Contains(branch)) return branch;
        return null;
    }
}
