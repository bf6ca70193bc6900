using System.Diagnostics;

namespace RebaseBatch.Benchmarks.Pool;

/// <summary>
/// One GPU of a simulated pool: requests join a running batch, each iteration gives every sequence a token, and time passes by
/// <see cref="ReplicaSpeed"/>. It waits on timers and computes nothing.
/// </summary>
sealed class SimulatedReplica
{
    readonly Lock _gate = new();
    readonly Queue<SimulatedSequence> _waiting = new();
    readonly List<SimulatedSequence> _running = [];
    readonly SimulatedCache _cache = new();
    readonly long _started = Stopwatch.GetTimestamp();
    readonly SemaphoreSlim _work = new(0);
    long _requests, _decoded, _iterations, _encoded, _cached, _inFlightTicks, _busyTicks, _busySince;
    int _inside;

    public SimulatedReplica() => _ = RunAsync();

    public ReplicaFigures Figures
    {
        get
        {
            lock (_gate)
            {
                var busy = _busyTicks + (_inside > 0 ? Stopwatch.GetTimestamp() - _busySince : 0);
                return new(Stopwatch.GetElapsedTime(_started).TotalSeconds, (double)busy / Stopwatch.Frequency,
                    (double)_inFlightTicks / Stopwatch.Frequency, _requests, _decoded, _iterations, _encoded, _cached);
            }
        }
    }

    /// <summary>Serves one request.</summary>
    /// <param name="tokens">What it samples.</param>
    /// <returns>How many of the prompt's tokens were cached.</returns>
    public async Task<int> ServeAsync(string model, int[] prompt, int[] tokens, CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        SimulatedSequence sequence;
        lock (_gate)
        {
            if (_inside++ == 0) _busySince = since;
            sequence = new(prompt, _cache.Cached(model, prompt), tokens);
            _cached += sequence.Cached;
            _waiting.Enqueue(sequence);
        }

        _work.Release();
        try
        {
            await sequence.Done.Task.WaitAsync(ct);
            return sequence.Cached;
        }
        finally
        {
            // Of a request that its client gave up.
            sequence.Done.TrySetResult();
            lock (_gate)
            {
                var now = Stopwatch.GetTimestamp();
                _cache.Add(model, [.. prompt, .. tokens]);
                (_requests, _inFlightTicks) = (_requests + 1, _inFlightTicks + now - since);
                if (--_inside == 0) _busyTicks += now - _busySince;
            }
        }
    }

    async Task RunAsync()
    {
        var next = Stopwatch.GetTimestamp();
        while (true)
        {
            var duration = Begin();
            if (duration == TimeSpan.Zero)
            {
                await _work.WaitAsync();
                continue;
            }

            // A timer that rings late must not slow the replica down: the next iteration is shorter by as much.
            next = Math.Max(next, Stopwatch.GetTimestamp() - Stopwatch.Frequency / 100)
                + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            End();
        }
    }

    /// <summary>Admits requests and encodes a chunk of their prompts.</summary>
    TimeSpan Begin()
    {
        lock (_gate)
        {
            while (_running.Count < ReplicaSpeed.MostSequences && _waiting.TryDequeue(out var next)) _running.Add(next);
            var prefill = 0;
            foreach (var sequence in _running)
            {
                var part = Math.Min(sequence.Uncached, ReplicaSpeed.MostPrefill - prefill);
                sequence.Uncached -= part;
                prefill += part;
            }

            var decoding = _running.Count(sequence => sequence.Uncached == 0);
            (_encoded, _decoded) = (_encoded + prefill, _decoded + decoding);
            if (decoding > 0) _iterations++;
            return ReplicaSpeed.Iteration(decoding, prefill);
        }
    }

    void End()
    {
        lock (_gate)
        {
            foreach (var sequence in _running)
            {
                if (sequence.Uncached == 0 && ++sequence.Drawn == sequence.Tokens.Length) sequence.Done.TrySetResult();
            }

            _running.RemoveAll(sequence => sequence.Done.Task.IsCompleted);
        }
    }
}
