using System.Text.Json;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>What <see cref="ModelServerProcess"/> runs in its own process.</summary>
public sealed class ModelServerProcessPart
{
    [Fact(Explicit = true)]
    public async Task Serves_models_until_told_to_leave()
    {
        var options = Environment.GetEnvironmentVariable(ModelServerProcess.OptionsVariable);
        Assert.SkipWhen(options is null, "only a part of other tests");
        var threads = new ThreadBudget(Environment.ProcessorCount);
        var servers = new List<ModelServer>();
        foreach (var option in JsonSerializer.Deserialize<ModelServerOptions[]>(options!)!)
            servers.Add(await ModelServer.StartAsync(option, threads));
        // The end of the process that started it closes the input.
        await Console.In.ReadToEndAsync();
        foreach (var server in servers) await server.DisposeAsync();
    }
}
