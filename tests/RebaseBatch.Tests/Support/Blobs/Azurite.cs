using System.Diagnostics;
using System.Net;
using System.Reflection;
using Azure.Storage.Blobs;
using RebaseBatch.Platform.Remote;
using Xunit;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace RebaseBatch.Tests.Support.Blobs;

/// <summary>
/// Microsoft's emulator of Azure Storage: one real server for the whole run, in its own temporary folder, started when the first
/// test asks for it. Each test has its own containers.
/// </summary>
public sealed class Azurite : IAsyncDisposable
{
    // The emulator's account and key are the same everywhere and published with it.
    const string Account = "devstoreaccount1",
        Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    readonly Lazy<TemporaryFolder> _folder = new(() => new());
    readonly SemaphoreSlim _one = new(1);
    readonly List<string> _stderr = [];
    Process? _process;
    int _port, _containers;

    /// <summary>Starts the server if it does not run yet.</summary>
    /// <returns>The connection string.</returns>
    public async Task<string> StartAsync()
    {
        await _one.WaitAsync();
        try
        {
            _process ??= await ListeningAsync();
        }
        finally
        {
            _one.Release();
        }
        return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{_port}/{Account};";
    }

    /// <summary>A name that no other test uses.</summary>
    public string NewContainerName() => $"test-{Interlocked.Increment(ref _containers)}";

    /// <summary>A new container, and its account.</summary>
    internal async Task<(BlobAccount Account, BlobContainerClient Container)> NewContainerAsync()
    {
        var account = new BlobAccount(new() { ConnectionString = await StartAsync() });
        var container = account.Container(NewContainerName());
        await container.CreateAsync();
        return (account, container);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _one.Dispose();
        if (_folder.IsValueCreated) _folder.Value.Dispose();
    }

    async Task<Process> ListeningAsync()
    {
        _port = FreePort.Take();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            typeof(Azurite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(part => part.Key == "Azurite").Value!,
            "--blobHost", "127.0.0.1", "--blobPort", $"{_port}", "--location", _folder.Value.Path, "--silent", "--disableTelemetry",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += Heard;
        process.ErrorDataReceived += Heard;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var http = new HttpClient();
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            Assert.False(process.HasExited, $"Azurite ended: {Said()}");
            Assert.True(deadline.Elapsed < s_patience, $"Azurite did not listen in time: {Said()}");
            try
            {
                // Every answer shows that it listens: without a signature it answers 400 or 403.
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{_port}/{Account}?comp=list"));
                if (answer.StatusCode is not HttpStatusCode.ServiceUnavailable) return process;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }
    }

    void Heard(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_stderr) _stderr.Add(line.Data);
    }

    string Said()
    {
        lock (_stderr) return string.Join('\n', _stderr);
    }
}
