using System.Text.Json;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace RebaseBatch.Inference.Remote;

/// <summary>One server of a model, with its limit of requests in flight and its circuit. Thread-safe.</summary>
sealed class Replica : IDisposable
{
    /// <summary>A server that needs longer to say how it is has no time for steps.</summary>
    public static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    readonly Uri _endpoint;
    readonly RemoteExchange _exchange;
    readonly ReplicaGate _gate;
    readonly Func<CancellationToken, Task> _recheck;
    volatile bool _isDoubtful;

    /// <param name="name">The model as jobs name it.</param>
    /// <param name="places">Most requests in flight.</param>
    /// <param name="changed">Called after the circuit has opened (true) or closed.</param>
    /// <param name="recheck">Asks whether it serves what it did, and fails when it does not.</param>
    public Replica(string name, Uri endpoint, RemoteExchange exchange, int places, Action<bool> changed,
        Func<CancellationToken, Task> recheck, TimeProvider time, ILogger log)
    {
        (_endpoint, _exchange, _gate, _recheck) = (endpoint, exchange, new(places), recheck);
        Circuit = new(name, endpoint, ProbeAsync, isOpen =>
        {
            // Others may serve those who wait for a place.
            if (isOpen) _gate.TurnAway();
            changed(isOpen);
        }, time, log);

        async Task ProbeAsync(CancellationToken ct)
        {
            await exchange.ProbeAsync(endpoint, ProbeLimit, ct);
            await RecheckAsync(ct);
        }
    }

    public ReplicaCircuit Circuit { get; }

    /// <summary>Whether a further request would wait for a place.</summary>
    public bool IsFull => _gate.IsFull;

    /// <summary>Requests in flight and waiting for a place.</summary>
    public int Load => _gate.Load;

    /// <summary>Sends the request when there is a place for it.</summary>
    /// <returns>Null: the replica went away before the request was sent.</returns>
    /// <exception cref="ReplicaFaultException">It did not serve the request.</exception>
    /// <inheritdoc cref="RemoteExchange.SendAsync"/>
    public async Task<JsonDocument?> SendAsync(long search, RemoteRequest request, CancellationToken ct)
    {
        if (!await _gate.EnterAsync(search, ct)) return null;
        try
        {
            return await Circuit.SendAsync(async either =>
            {
                if (_isDoubtful) await RecheckAsync(either);
                return await _exchange.SendAsync(_endpoint, request, either);
            }, ct);
        }
        catch (ReplicaFaultException fault) when (!fault.IsAnswer && !fault.IsOverload && !fault.IsTimeout)
        {
            // It may be starting again, with other weights.
            Doubt();
            throw;
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>It may serve another model than it did: it is asked before it gets a request.</summary>
    public void Doubt() => _isDoubtful = true;

    public void Dispose() => Circuit.Dispose();

    async Task RecheckAsync(CancellationToken ct)
    {
        await _recheck(ct);
        _isDoubtful = false;
    }
}
