using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// Model servers in a process of their own, which tests kill and start again on the same ports. It is this test program, run again with a
/// part that runs only on request.
/// </summary>
sealed class ModelServerProcess : IAsyncDisposable
{
    internal const string OptionsVariable = "REBASE_TESTS_MODEL_SERVERS";

    static readonly HttpClient s_http = new();

    readonly Process _process;
    readonly Task<string> _output;

    ModelServerProcess(Process process, IReadOnlyList<Uri> addresses)
    {
        (_process, Addresses) = (process, addresses);
        _output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>The servers' addresses, in the order of their options.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    public int Id => _process.Id;

    /// <summary>Starts the servers and waits until each of them answers. They share the machine's cores.</summary>
    /// <param name="options">Each with a port, such as one of <see cref="FreePort"/>.</param>
    public static async Task<ModelServerProcess> StartAsync(params ModelServerOptions[] options)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "RebaseBatch.Tests"),
            ["-method", $"{typeof(ModelServerProcessPart).FullName}.{nameof(ModelServerProcessPart.Serves_models_until_told_to_leave)}",
                "-explicit", "only"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
            Environment = { [OptionsVariable] = JsonSerializer.Serialize(options) },
        };
        var server = new ModelServerProcess(
            Process.Start(start)!, [.. options.Select(option => new Uri($"http://127.0.0.1:{option.Port}/"))]);
        try
        {
            foreach (var address in server.Addresses) await Eventually.TrueAsync(() => server.AnswersAsync(address));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the next generation requests of a server meet a fault: a body for <see cref="ModelServerControl.Faults"/>.</summary>
    public Task MeetAsync(object fault, int server = 0) => PostAsync(ModelServerControl.Faults, fault, server);

    /// <summary>Changes what a server says of itself: a body for <see cref="ModelServerControl.Identity"/>.</summary>
    public Task ChangeAsync(object identity, int server = 0) => PostAsync(ModelServerControl.Identity, identity, server);

    public async Task<ModelServerCounts> CountsAsync(int server = 0) =>
        (await s_http.GetFromJsonAsync<ModelServerCounts>(new Uri(Addresses[server], ModelServerControl.Counts)))!;

    /// <summary>Ends it as <c>kill -9</c> does, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        await _output;
        _process.Dispose();
    }

    async Task PostAsync(string path, object body, int server)
    {
        using var answer = await s_http.PostAsJsonAsync(new Uri(Addresses[server], path), body);
        answer.EnsureSuccessStatusCode();
    }

    async Task<bool> AnswersAsync(Uri address)
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"the model servers ended with exit code {_process.ExitCode}: {await _output}");
        try
        {
            using var answer = await s_http.GetAsync(new Uri(address, "health"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
