using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>Pools of endpoints for tests.</summary>
static class RemotePools
{
    public static RemoteModel Model(RemoteKind kind, params Uri[] endpoints) =>
        new() { Kind = kind, Endpoints = endpoints, Parameters = 7_000_000_000 };

    /// <param name="handler">Answers the requests; null goes to the network.</param>
    public static EndpointPool Of(RemoteModel model, HttpMessageHandler? handler = null) =>
        new(model, "remote", isReward: false, new HttpClient(handler ?? new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan },
            TimeProvider.System, NullLogger.Instance);
}
