using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace RebaseBatch.Tests.Support;

/// <summary>A page of <see cref="Chromium"/>: goes to an address, evaluates expressions in it, and keeps what it complained of.</summary>
sealed class ChromiumPage : IAsyncDisposable
{
    readonly ClientWebSocket _socket = new();
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _asked = new();
    readonly ConcurrentQueue<string> _complaints = new();
    Task _reading = Task.CompletedTask;
    int _number;

    /// <summary>Errors of scripts, and what the page's security policy or the network refused.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<ChromiumPage> ConnectAsync(Uri address)
    {
        var page = new ChromiumPage();
        await page._socket.ConnectAsync(address, default);
        page._reading = page.ReadAsync();
        foreach (var domain in new[] { "Runtime", "Log", "Page" }) await page.CallAsync($"{domain}.enable", new { });
        // A browser without a window has no focus to give.
        await page.CallAsync("Emulation.setFocusEmulationEnabled", new { enabled = true });
        return page;
    }

    public Task GoToAsync(Uri address) => CallAsync("Page.navigate", new { url = address.ToString() });

    /// <summary>Whether the page's own scripts run, from the next address on.</summary>
    public Task AllowScriptsAsync(bool allowed) => CallAsync("Emulation.setScriptExecutionDisabled", new { value = !allowed });

    /// <param name="scheme">light or dark.</param>
    public Task PreferAsync(string scheme) => CallAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = scheme } } });

    /// <summary>Lays the page out as on paper from here on.</summary>
    public Task PrintsAsync() => CallAsync("Emulation.setEmulatedMedia", new { media = "print" });

    /// <summary>The value of an expression in the page's script; the default of the type while the page is being loaded.</summary>
    public async Task<T?> EvaluateAsync<T>(string expression)
    {
        var reply = await CallAsync("Runtime.evaluate", new { expression, returnByValue = true });
        return reply.TryGetProperty("result", out var result) && result.TryGetProperty("result", out var value) && value.TryGetProperty("value", out var plain)
            && plain.ValueKind is not JsonValueKind.Null && !result.TryGetProperty("exceptionDetails", out _) ? plain.Deserialize<T>() : default;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    async Task<JsonElement> CallAsync(string method, object parameters)
    {
        var number = Interlocked.Increment(ref _number);
        var answer = _asked[number] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id = number, method, @params = parameters }), WebSocketMessageType.Text, true, default);
        return await answer.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    async Task ReadAsync()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(), default);
                    message.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close) return;
                Take(JsonDocument.Parse(message.ToArray()).RootElement);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The browser or this page has ended.
        }
    }

    void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id) && _asked.TryRemove(id.GetInt32(), out var answer)) answer.TrySetResult(message);
        else if (message.TryGetProperty("method", out var method) && method.GetString() is "Runtime.exceptionThrown" or "Log.entryAdded") _complaints.Enqueue(message.GetRawText());
    }
}
