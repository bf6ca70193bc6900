using System.Text;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Remote;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>A pool over real servers of this machine, on a clock that moves only as a test says.</summary>
sealed class PoolFixture : IAsyncDisposable
{
    public const string Key = "sk-very-secret";

    PoolFixture(StubServer[] servers, RemoteModel model)
    {
        Servers = servers;
        Pool = new(model, "pooled", isReward: true, RemoteConnections.Client(), Time, Log.LoggerOf<EndpointPool>());
    }

    public StubServer[] Servers { get; }

    public TimerTime Time { get; } = new();

    public LogEntries Log { get; } = new();

    public EndpointPool Pool { get; }

    /// <summary>Number of requests that each server got.</summary>
    public int[] Counts => [.. Servers.Select(server => server.Requests.Count)];

    public static async Task<PoolFixture> StartAsync(int servers, Func<RemoteModel, RemoteModel>? with = null)
    {
        var started = await Task.WhenAll(Enumerable.Range(0, servers).Select(_ => StubServer.StartAsync()));
        var model = new RemoteModel
        {
            Endpoints = [.. started.Select(server => server.Uri)], Kind = RemoteKind.Vllm, Parameters = 1, ApiKey = Key,
        };
        return new(started, with is null ? model : with(model));
    }

    /// <summary>How often the event was logged.</summary>
    public int Logged(int id) => Log.Texts.Count(text => text.StartsWith($"{id} ", StringComparison.Ordinal));

    public static RemoteRequest Request(string text = "") => new("v1/completions", Encoding.UTF8.GetBytes($$"""{"prompt":"{{text}}"}"""));

    /// <summary>All servers answer so.</summary>
    public void Answer(Func<StubRequest, StubReply> reply)
    {
        foreach (var server in Servers) server.Reply = reply;
    }

    public async Task SendAsync(long search, string text = "", CancellationToken ct = default)
    {
        using var reply = await Pool.SendAsync(search, Request(text), ct);
    }

    /// <summary>Lets the clock run, faster than in truth, until the task has ended.</summary>
    public async Task<Task> EndedAsync(Task task)
    {
        await UntilAsync(() => task.IsCompleted);
        return task;
    }

    /// <summary>Lets the clock run, faster than in truth, until the condition holds.</summary>
    public Task UntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        if (condition()) return true;
        Time.Pass(TimeSpan.FromSeconds(0.1));
        return false;
    });

    public async ValueTask DisposeAsync()
    {
        Pool.Dispose();
        foreach (var server in Servers) await server.DisposeAsync();
    }
}
