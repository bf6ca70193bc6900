using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// Whether a replica gets requests. When requests fail there, or it refuses one, the circuit opens: then the replica gets only probes,
/// until it answers one. Thread-safe.
/// </summary>
/// <param name="name">The model as jobs name it.</param>
/// <param name="probe">Asks the replica how it is; fails with <see cref="ReplicaFaultException"/>.</param>
/// <param name="changed">Called after it has opened (true) or closed.</param>
sealed class ReplicaCircuit : IDisposable
{
    /// <summary>
    /// It opens when so many requests or more ended within <see cref="Window"/> and half of them or more failed. A replica that died fails
    /// all of them at once; a fault now and then costs only second tries.
    /// </summary>
    public const int FewestRequests = 4;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    // A probe costs next to nothing, and a server that was restarted loads its weights for a minute.
    static readonly Backoff s_pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    readonly Func<CancellationToken, Task> _probe;
    readonly Action<bool> _changed;
    readonly (string Model, string Endpoint) _shown;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly CircuitBreakerStateProvider _state = new();
    readonly ResiliencePipeline _pipeline;
    readonly CancellationTokenSource _stop = new();
    readonly Lock _gate = new();
    volatile bool _isRefused;
    bool _isProbed;
    int _openings;

    public ReplicaCircuit(
        string name, Uri endpoint, Func<CancellationToken, Task> probe, Action<bool> changed, TimeProvider time, ILogger log)
    {
        (_shown, _probe, _changed, _time, _log) = ((name, MaskedUri.Of(endpoint.AbsoluteUri)), probe, changed, time, log);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(new()
        {
            ShouldHandle = ended => new(ended.Outcome.Exception is ReplicaFaultException { IsOverload: false }),
            FailureRatio = 0.5,
            MinimumThroughput = FewestRequests,
            SamplingDuration = Window,
            // Less than any pause between probes, so that each of them may pass.
            BreakDuration = TimeSpan.FromSeconds(0.5),
            StateProvider = _state,
            OnOpened = opened =>
            {
                Opened(opened.Outcome.Exception!.Message);
                return default;
            },
        }).Build();
    }

    /// <summary>The replica gets no requests now.</summary>
    public bool IsOpen => IsRefused || _state.CircuitState is not CircuitState.Closed;

    /// <summary>It refused a request that others may serve, and no probe has been answered since.</summary>
    public bool IsRefused => _isRefused;

    /// <summary>What opened it last; null when nothing has.</summary>
    public string? Reason { get; private set; }

    /// <exception cref="BrokenCircuitException">It is open.</exception>
    public async Task<T> SendAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken ct)
    {
        if (IsRefused) throw new BrokenCircuitException();
        var reply = await _pipeline.ExecuteAsync(static async (send, ct) => await send(ct), send, ct);
        // Only now it is known to work again: a server may call itself healthy and fail each request.
        if (Volatile.Read(ref _openings) > 0) Interlocked.Exchange(ref _openings, 0);
        return reply;
    }

    /// <summary>
    /// Opens it at once: the key or the model of the replica is not that of the others, so that it would refuse the next request too.
    /// </summary>
    public void Refuse(string reason)
    {
        if (IsRefused) return;
        _isRefused = true;
        Opened(reason);
    }

    public void Dispose() => _stop.Cancel();

    void Opened(string reason)
    {
        lock (_gate)
        {
            (Reason, _openings) = (reason, _openings + 1);
            if (!_isProbed)
            {
                _isProbed = true;
                _log.ReplicaAway(_shown.Model, _shown.Endpoint, reason);
                _ = ProbeAsync();
            }
        }

        _changed(true);
    }

    async Task ProbeAsync()
    {
        var since = _time.GetTimestamp();
        do
        {
            try
            {
                var pause = s_pauses.After(Volatile.Read(ref _openings), Backoff.Jitter(Random.Shared.NextDouble()));
                await Task.Delay(pause, _time, _stop.Token);
                await _pipeline.ExecuteAsync(static async (probe, ct) => await probe(ct), _probe, _stop.Token);
                _isRefused = false;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // Whatever it was, the next probe may succeed: a replica that is not probed any more would be away for ever.
            }
        }
        while (!IsOver());

        var seconds = _time.GetElapsedTime(since).TotalSeconds;
        _log.ReplicaBack(_shown.Model, _shown.Endpoint, seconds);
        _changed(false);

        bool IsOver()
        {
            lock (_gate) return !(_isProbed = IsOpen);
        }
    }
}
