using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Runs a scheduler's plans on one context, on its own thread. Each turn takes the new requests, gets the plan, brings the KV memory up to
/// date, decodes the batch, samples from its outputs and reports the outcome to the scheduler.
/// </summary>
sealed class DecodeLoop : IDisposable
{
    readonly string _name;
    readonly IDecodeContext _context;
    readonly Scheduler _scheduler;
    readonly EngineOptions _options;
    readonly ILogger _log;
    readonly SamplingPass _sampling;
    readonly ThreadShare _threads;
    readonly Lock _gate = new();
    readonly Queue<(DecodeRequest? Request, Action? Housekeeping)> _inbox = new();
    readonly AutoResetEvent _arrived = new(false);
    readonly Thread _thread;
    volatile bool _stopping;

    /// <summary>Why the loop takes no more requests; null while the thread runs.</summary>
    Exception? _closed;

    long _decodes, _tokens, _capacity, _sequences, _busyTicks;

    /// <summary>Takes the context and the scheduler over and starts the thread.</summary>
    public DecodeLoop(string name, IDecodeContext context, int vocabularySize, Scheduler scheduler, EngineOptions options, ILogger log)
    {
        (_name, _context, _scheduler, _options, _log) = (name, context, scheduler, options, log);
        _threads = new(options.Threads, options);
        _sampling = new(vocabularySize, options.SamplingThreads);
        _thread = new(Run) { Name = $"decode {name}", IsBackground = true };
        // It serves every batch: its log entries and spans must not belong to the batch that happened to load the model.
        _thread.UnsafeStart();
    }

    /// <summary>False once the thread has stopped: it serves nothing more.</summary>
    public bool IsAlive
    {
        get
        {
            lock (_gate) return _closed is null;
        }
    }

    public EngineStatistics Statistics => new()
    {
        Decodes = Volatile.Read(ref _decodes), Tokens = Volatile.Read(ref _tokens), BatchCapacity = Volatile.Read(ref _capacity),
        Sequences = Volatile.Read(ref _sequences), Reencoded = _scheduler.Reencoded, Evictions = _scheduler.Evictions,
        Preemptions = _scheduler.Preemptions, Busy = Stopwatch.GetElapsedTime(0, Volatile.Read(ref _busyTicks)), Load = _scheduler.Load,
    };

    /// <summary>Takes a request in, or fails it when the thread has stopped.</summary>
    public void Submit(DecodeRequest request)
    {
        if (Post((request, null)) is { } closed) request.FailRemaining(closed);
    }

    /// <summary>Releases the cached prefixes of a search, except those that end at <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => Post((null, () => _scheduler.Retain(search, nodes)));

    /// <summary>Stops the thread at the end of the current decode call; unfinished requests fail.</summary>
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
        _threads.Begin();
        try
        {
            while (!_stopping)
            {
                TakeInbox();
                var plan = _scheduler.Schedule();
                plan.Operations.RunOn(_context);
                if (plan.Batch.Count > 0) Decode(plan);
                _threads.TurnEnded();
                // The thread may sleep now, so the context first releases everything that the scheduler has released.
                plan.Operations.RunOn(_context);
            }
        }
        catch (Exception e)
        {
            // A fault of the engine itself. Every request must fail with it: otherwise its search would wait forever.
            _log.EngineFailed(_name, e);
            reason = EngineFaultException.Of(_name, e);
            _stopping = true;
        }
        finally
        {
            _threads.End();
        }

        lock (_gate) _closed = reason;
        while (_inbox.TryDequeue(out var item)) item.Request?.FailRemaining(reason);
        _scheduler.FailAll(reason);
    }

    void TakeInbox()
    {
        if (_scheduler.IsIdle) WaitForWork();
        while (true)
        {
            (DecodeRequest? Request, Action? Housekeeping) item;
            lock (_gate)
                if (!_inbox.TryDequeue(out item)) return;
            if (item.Request is { } request) _scheduler.Add(request);
            item.Housekeeping?.Invoke();
        }
    }

    void WaitForWork()
    {
        _threads.End();
        _arrived.WaitOne();
        _threads.Begin();
    }

    void Decode(BatchPlan plan)
    {
        _context.Threads = _threads.Take();
        var started = Stopwatch.GetTimestamp();
        var status = _context.Decode(plan.Batch);
        _threads.CallEnded();
        var ticks = Stopwatch.GetTimestamp() - started;
        _busyTicks += ticks;
        _decodes++;
        switch (status)
        {
            case DecodeStatus.Ok:
                _tokens += plan.Batch.Count;
                _capacity += plan.Batch.Capacity;
                _sequences += plan.Sequences.Length;
                Sample(ticks / (double)Stopwatch.Frequency);
                break;
            case DecodeStatus.CacheFull:
                _scheduler.CacheFull();
                break;
            default:
                if (_scheduler.CallFailed() is { } alone) Blame(alone, plan);
                break;
        }
    }

    /// <param name="seconds">How long the decode call took.</param>
    void Sample(double seconds)
    {
        _sampling.Clear();
        foreach (var (sequence, output) in _scheduler.Commit(seconds)) _sampling.Add(sequence, output);
        _sampling.Run(_context, _options.Output);
        for (var i = 0; i < _sampling.Count; i++)
        {
            var (sequence, goesOn, fault) = _sampling[i];
            _scheduler.Apply(sequence, goesOn, fault);
        }
    }

    /// <summary>A sequence that was alone in a failed call fails. If its request did not cause the failure, the engine fails.</summary>
    void Blame(DecodeSequence alone, BatchPlan plan)
    {
        // The scheduler has freed its id; the context has to follow before the id is used again.
        plan.Operations.RunOn(_context);
        // On a broken device every request fails. If each request were blamed for it, a whole queue of problems would end as errors.
        Exception reason = Decodes(plan.Batch, plan.Batch.Sequences[0])
            ? new ModelFaultException($"the {_name} model failed to decode {alone.Count} tokens")
            : new EngineFaultException($"the {_name} model no longer decodes anything: its device or memory failed");
        alone.Fail(reason);
        if (reason is EngineFaultException) throw reason;
    }

    /// <summary>Whether the model decodes one harmless token in a sequence that is free.</summary>
    bool Decodes(DecodeBatch batch, int sequence)
    {
        batch.Clear();
        batch.Add(0, 0, sequence, output: true);
        if (_context.Decode(batch) != DecodeStatus.Ok) return false;
        _context.Truncate(sequence, 0);
        return true;
    }
}
