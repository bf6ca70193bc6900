using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace RebaseBatch.Inference.Remote;

/// <summary>The connections to the models' servers, which all models of the process share.</summary>
static class RemoteConnections
{
    const string Name = "models";

    static readonly Lazy<IHttpClientFactory> s_factory = new(Factory);

    /// <summary>A client for any number of models. It has no timeout of its own.</summary>
    public static HttpClient Client() => s_factory.Value.CreateClient(Name);

    static IHttpClientFactory Factory()
    {
        var services = new ServiceCollection();
        services.AddHttpClient(Name, client =>
            {
                // A request's time is the model's Timeout.
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
                client.DefaultRequestHeaders.UserAgent.Add(new("rebase", null));
            })
            // The handler renews its connections itself.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // Two lines for each step would hide all others.
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(Handler);
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>();
    }

    static SocketsHttpHandler Handler() => new()
    {
        // A pool's gate limits the requests of an endpoint. In HTTP/1.1, which all these servers speak, each needs a connection of its own.
        MaxConnectionsPerServer = int.MaxValue,
        // A server's name may get another address, and a service of Kubernetes deals connections to its pods.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        // Less than the 5 s after which uvicorn, the server of vLLM and SGLang, closes an idle connection: a request that meets this moment
        // fails.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ConnectCallback = ConnectAsync,
        // A redirect would turn a POST into a GET and take the key to another server.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
    };

    // The host may vanish without a word while it works on a request for minutes.
    static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
