using System.Text.Json;
using Azure.Core;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// The replicas that serve one model. A search stays with one replica, whose cache has its prefixes, while that works. A replica that dies
/// costs its requests a second attempt elsewhere. Thread-safe.
/// </summary>
sealed class EndpointPool : IDisposable
{
    readonly string _name;
    readonly bool _isReward;
    readonly RemoteModel _model;
    readonly TimeProvider _time;
    readonly RemoteKey _key;
    readonly RemoteExchange _exchange;
    readonly ReplicaSet _replicas;
    readonly RequestRetries _retries;
    readonly PoolPatience _patience;
    Func<Uri, CancellationToken, Task>? _recheck;
    long _served;

    /// <param name="name">The model as jobs name it.</param>
    /// <param name="http">Sends the requests; it sets no time limit of its own, as that of <see cref="RemoteConnections"/>.</param>
    /// <param name="identity">Gives the tokens of a model with a scope; null for the identity of this process.</param>
    public EndpointPool(RemoteModel model, string name, bool isReward, HttpClient http, TimeProvider time, ILogger log,
        TokenCredential? identity = null)
    {
        (_model, _name, _isReward, _time) = (model, name, isReward, time);
        _key = new(model, name, isReward, time, identity);
        _exchange = new(model, name, isReward, http, _key, time);
        _retries = new(time);
        _replicas = new([.. model.Endpoints.Select((endpoint, i) => new Replica(
            name, endpoint, _exchange, model.MaxConcurrency, isOpen => Changed(i, isOpen),
            ct => _recheck?.Invoke(endpoint, ct) ?? Task.CompletedTask, time, log))]);
        _patience = new(name, isReward, _replicas.AllAway, time, log);

        void Changed(int replica, bool isAway)
        {
            if (isAway) _replicas!.Abandon(replica);
            _patience!.Changed();
        }
    }

    public IReadOnlyList<Uri> Endpoints => _model.Endpoints;

    /// <summary>False once no replica has served for as long as requests wait. When they are back, they may serve another model.</summary>
    public bool IsAlive => !_patience.IsOver;

    /// <summary>From now on, a replica that may have been restarted must say that it serves what it did before it gets a request.</summary>
    /// <param name="recheck">Asks one. It fails with <see cref="ReplicaFaultException"/> when the replica serves something else.</param>
    /// <param name="known">Those that were asked already.</param>
    public void Recheck(Func<Uri, CancellationToken, Task> recheck, IReadOnlyList<Uri> known)
    {
        _recheck = recheck;
        for (var i = 0; i < _replicas.Count; i++)
            if (!known.Contains(Endpoints[i])) _replicas[i].Doubt();
    }

    /// <summary>Sends a request of a search to the search's replica, and to another one when that can't serve it.</summary>
    /// <param name="search">Its number, smaller for an older one.</param>
    /// <returns>The reply. The caller disposes it.</returns>
    /// <exception cref="ModelFaultException">
    /// The server refuses this request, or fails it again and again while it serves others.
    /// </exception>
    /// <exception cref="MachineFaultException">Nobody can serve the model now, or the configuration is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled. The request is aborted, so that the server stops too.</exception>
    public async Task<JsonDocument> SendAsync(long search, RemoteRequest request, CancellationToken ct)
    {
        var attempts = new RequestAttempts(search, request, _replicas.Count, _time);
        try
        {
            return await _retries.RunAsync(attempts, AttemptAsync, ct);
        }
        catch (ReplicaFaultException fault)
        {
            // Servers that work for others meanwhile are not ill: this request would fail for ever.
            if (fault.IsAnswer && !fault.IsOverload && Interlocked.Read(ref _served) > attempts.Begun)
                throw new ModelFaultException(
                    $"the servers of '{_name}' fail a request of this problem and serve others ({fault.Message}): look into their logs");
            throw fault.InnerException is MachineFaultException refusal ? refusal : Unserved(fault);
        }
    }

    /// <summary>Asks one given replica, once: for load and checks. It waits for no place and no circuit.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<JsonDocument> AskAsync(Uri endpoint, RemoteRequest request, CancellationToken ct)
    {
        try
        {
            return await _exchange.SendAsync(endpoint, request, ct);
        }
        catch (ReplicaFaultException fault)
        {
            throw Unserved(fault);
        }
    }

    /// <summary>The search is over: its replica is free for another one.</summary>
    public void Leave(long search) => _replicas.Leave(search);

    public void Dispose()
    {
        _replicas.Dispose();
        _key.Dispose();
        _patience.Dispose();
    }

    async Task<JsonDocument> AttemptAsync(RequestAttempts attempts, CancellationToken ct)
    {
        while (true)
        {
            if (_replicas.Choose(attempts) is not { } chosen)
            {
                await _patience.WaitAsync(ct);
                continue;
            }

            try
            {
                // Null: it went away before the request was sent, and nothing is lost.
                if (await _replicas[chosen].SendAsync(attempts.Search, attempts.Request, ct) is not { } reply) continue;
                Interlocked.Exchange(ref _served, _time.GetTimestamp());
                return reply;
            }
            catch (MachineFaultException refusal) when (_replicas.TakeOut(chosen, refusal.Message))
            {
                var fault = new ReplicaFaultException(refusal.Message, refusal);
                attempts.Failed(chosen, fault, _replicas.HasBetter);
                throw fault;
            }
            catch (ReplicaFaultException fault)
            {
                attempts.Failed(chosen, fault, _replicas.HasBetter);
                throw;
            }
        }
    }

    MachineFaultException Unserved(ReplicaFaultException fault) => new(
        _name, $"the model '{_name}' is not served now ({fault.Message}): see to the server, or correct Rebase:Models:{_name}:Endpoint",
        fault)
    {
        IsReward = _isReward,
    };
}
