using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace RebaseBatch.Benchmarks.Pool;

/// <summary>The simulated replicas, in a process of their own: the measured one is the worker's alone.</summary>
sealed class PoolProcess : IDisposable
{
    readonly Process _process;
    readonly HttpClient _http = new();

    PoolProcess(Process process, IReadOnlyList<Uri> endpoints) => (_process, Endpoints) = (process, endpoints);

    public IReadOnlyList<Uri> Endpoints { get; }

    public static async Task<PoolProcess> StartAsync(int replicas, int step, PoolVocabulary vocabulary)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(PoolProcess).Assembly.Location, "pool-serve", $"{replicas}", $"{step}", JsonSerializer.Serialize(vocabulary)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the simulated pool did not start");
        return new(process, [.. JsonSerializer.Deserialize<string[]>(line)!.Select(address => new Uri(address))]);
    }

    public async Task<IReadOnlyList<ReplicaFigures>> FiguresAsync() => await Task.WhenAll(Endpoints.Select(
        async endpoint => (await _http.GetFromJsonAsync<ReplicaFigures>(new Uri(endpoint, "figures"), JsonSerializerOptions.Web))!));

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
    }
}
