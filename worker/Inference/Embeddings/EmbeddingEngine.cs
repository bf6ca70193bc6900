using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Embeddings;

/// <summary>
/// One context that embeds the texts of all searches, on a thread of its own. Each call takes what waits, the oldest first, as far as it
/// has room. Texts are read whole each time: an encoder's states depend on what follows, so a prefix can't be kept.
/// </summary>
sealed class EmbeddingEngine : IDisposable
{
    const string Name = "embedding";

    readonly IEmbeddingContext _context;
    readonly ILogger _log;
    readonly ThreadShare _threads;
    readonly Lock _gate = new();
    readonly Queue<EmbeddingRequest> _waiting = new();
    readonly AutoResetEvent _arrived = new(false);
    readonly Thread _thread;
    readonly List<EmbeddingRequest> _call = [];
    readonly List<int[]> _texts = [];
    readonly float[] _vectors;
    volatile bool _stopping;

    /// <summary>Why the engine takes no more texts; null while the thread runs.</summary>
    Exception? _closed;

    long _calls, _tokens, _capacity, _sequences, _busyTicks;

    /// <summary>Takes the context over and starts the thread.</summary>
    public EmbeddingEngine(IEmbeddingContext context, EngineOptions options, ILogger log)
    {
        (_context, _log, _threads) = (context, log, new(options.Threads, options));
        _vectors = new float[context.MaxTexts * context.Width];
        _thread = new(Run) { Name = $"decode {Name}", IsBackground = true };
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

    /// <summary>Most tokens of a text.</summary>
    public int MaxTextTokens => _context.BatchTokens;

    public EngineStatistics Statistics => new()
    {
        Decodes = Volatile.Read(ref _calls), Tokens = Volatile.Read(ref _tokens), BatchCapacity = Volatile.Read(ref _capacity),
        Sequences = Volatile.Read(ref _sequences), Busy = Stopwatch.GetElapsedTime(0, Volatile.Read(ref _busyTicks)),
        Load = new(_context.BatchTokens, 0, Waiting),
    };

    int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <param name="tokens">Those of one text, 1 to <see cref="MaxTextTokens"/>.</param>
    /// <exception cref="EngineFaultException">The engine has stopped on a fault.</exception>
    /// <exception cref="ModelFaultException">The model can't embed this text.</exception>
    public Task<TextEmbedding> EmbedAsync(int[] tokens, CancellationToken ct)
    {
        var request = new EmbeddingRequest(tokens, ct);
        lock (_gate)
        {
            if (_closed is null) _waiting.Enqueue(request);
            else request.Fail(_closed);
        }

        _arrived.Set();
        return request.Result;
    }

    /// <summary>Stops the thread at the end of the current call; texts that wait fail.</summary>
    public void Dispose()
    {
        _stopping = true;
        _arrived.Set();
        _thread.Join();
        _context.Dispose();
        _arrived.Dispose();
    }

    void Run()
    {
        Exception reason = new ObjectDisposedException(Name, $"the {Name} engine was stopped");
        _threads.Begin();
        try
        {
            while (!_stopping)
            {
                if (Take()) Call();
                else WaitForWork();
                _threads.TurnEnded();
            }
        }
        catch (Exception e)
        {
            // A fault of the engine itself. Every text must fail with it: otherwise its search would wait forever.
            _log.EngineFailed(Name, e);
            reason = EngineFaultException.Of(Name, e);
        }
        finally
        {
            _threads.End();
        }

        lock (_gate)
        {
            _closed = reason;
            foreach (var request in _call.Concat(_waiting)) request.Fail(reason);
            _waiting.Clear();
        }
    }

    void WaitForWork()
    {
        _threads.End();
        _arrived.WaitOne();
        _threads.Begin();
    }

    /// <returns>Whether there is a call to make.</returns>
    bool Take()
    {
        _call.Clear();
        var room = _context.BatchTokens;
        lock (_gate)
        {
            while (_call.Count < _context.MaxTexts && _waiting.TryPeek(out var next))
            {
                if (next.IsCancelled) _waiting.Dequeue().Fail(new OperationCanceledException());
                else if (next.Tokens.Length > room) break;
                else
                {
                    _call.Add(_waiting.Dequeue());
                    room -= next.Tokens.Length;
                }
            }
        }

        return _call.Count > 0;
    }

    void Call()
    {
        _context.Threads = _threads.Take();
        var done = Embed(_call);
        _threads.CallEnded();
        if (done) return;
        // One text may be why. Each gets a call of its own, so that no other search fails with it.
        foreach (var request in _call)
        {
            if (!Embed([request])) Blame(request);
        }
    }

    /// <returns>Whether the texts have their embeddings now.</returns>
    bool Embed(List<EmbeddingRequest> call)
    {
        _texts.Clear();
        var tokens = 0;
        foreach (var request in call)
        {
            _texts.Add(request.Tokens);
            tokens += request.Tokens.Length;
        }

        var started = Stopwatch.GetTimestamp();
        var done = _context.Embed(_texts, _vectors);
        var ticks = Stopwatch.GetTimestamp() - started;
        (_calls, _busyTicks) = (_calls + 1, _busyTicks + ticks);
        if (!done) return false;

        (_tokens, _capacity, _sequences) = (_tokens + tokens, _capacity + _context.BatchTokens, _sequences + call.Count);
        // Each text has its share of the time, by tokens.
        var seconds = ticks / (double)Stopwatch.Frequency / tokens;
        for (var i = 0; i < call.Count; i++)
        {
            var own = call[i].Tokens.Length;
            var direction = UnitVector.Of(_vectors.AsSpan(i * _context.Width, _context.Width));
            call[i].End(new(direction, new(own, 0, seconds * own)));
        }

        return true;
    }

    /// <summary>A text that was alone in a failed call fails. If it did not cause the failure, the engine fails.</summary>
    void Blame(EmbeddingRequest alone)
    {
        if (!_context.Embed([[alone.Tokens[0]]], _vectors))
            throw new EngineFaultException($"the {Name} model no longer embeds anything: its device or memory failed");
        alone.Fail(new ModelFaultException($"the {Name} model failed to embed {alone.Tokens.Length} tokens"));
    }
}
