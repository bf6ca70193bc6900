using System.Globalization;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>The compose file's servers of models are those that its workers are told of.</summary>
[Fast]
public sealed class ComposeServersTests
{
    static YamlNode File { get; } = Yaml.Documents("infra/compose.yaml").Single();

    public static TheoryData<string, string> Served
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var worker in ComposeTests.Workers)
            {
                foreach (var (name, model) in SettingNamesTests.Load(SettingNamesTests.EnvironmentOf(worker)).Models)
                    if (model.Endpoint is not null) data.Add(worker, name);
            }
            return data;
        }
    }

    [Fact]
    public void Two_workers_have_two_models_on_servers_each() => Assert.Equal(
        ["worker-llama-server", "worker-llama-server", "worker-vllm", "worker-vllm"], Served.Select(row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Served))]
    public void A_workers_model_is_served_before_it_starts(string worker, string name)
    {
        var options = SettingNamesTests.Load(SettingNamesTests.EnvironmentOf(worker)).Models[name];
        var remote = RemoteEntry.Of(name, options)!;
        var endpoint = Assert.Single(remote.Endpoints);
        var server = File.At("services", endpoint.Host);
        Assert.NotNull(server);
        Assert.Equal("service_healthy", File.TextAt("services", worker, "depends_on", endpoint.Host, "condition"));
        Assert.Equal(File.TextsAt("services", worker, "profiles"), server.TextsAt("profiles"));
        Assert.Contains($"127.0.0.1:{endpoint.Port}/health", server.TextsAt("healthcheck", "test").Last(), StringComparison.Ordinal);
        Assert.Empty(server.ItemsAt("ports"));

        var vllm = remote.Kind is RemoteKind.Vllm;
        Assert.StartsWith(vllm ? "vllm/" : "ghcr.io/ggml-org/llama.cpp:server-", server.TextAt("image"), StringComparison.Ordinal);
        Assert.Equal(After(server, vllm ? "--served-model-name" : "--alias"), remote.Model);
        Assert.Equal(Number(After(server, vllm ? "--max-num-seqs" : "--parallel")), remote.MaxConcurrency);

        var weights = vllm ? server.TextAt("command", "0")! : After(server, "--model");
        Assert.StartsWith(Mount(server, weights), weights, StringComparison.Ordinal);
        Assert.Equal(vllm ? $"{weights}/tokenizer.json" : weights, options.Vocabulary);
        Assert.Equal(Mount(server, weights), Mount(File.At("services", worker)!, options.Vocabulary!));
        if (!vllm) Assert.Equal(GgufHeader.CountParameters(Path.Combine(Repository.Root, "worker", weights[1..])), remote.Parameters);
    }

    [Fact]
    public void A_slot_of_llama_server_has_the_whole_context_of_a_bundled_model()
    {
        var services = File.PairsAt("services").Where(service => service.Key.StartsWith("llama-", StringComparison.Ordinal));
        foreach (var (name, server) in services)
        {
            var file = GgufHeader.Read(Path.Combine(Repository.Root, "worker", After(server, "--model")[1..]));
            Assert.Equal(Number(file.Values["llama.context_length"]),
                Number(After(server, "--ctx-size")) / Number(After(server, "--parallel")));
            // A connection that is kept alive has a thread.
            Assert.True(Number(After(server, "--threads-http")) > 2 * Number(After(server, "--parallel")), name);
        }
    }

    static string Mount(YamlNode service, string path) => service.TextsAt("volumes").Select(volume => volume.Split(':'))
        .Single(volume => path.StartsWith(volume[1] + "/", StringComparison.Ordinal))[1] + "/";

    static string After(YamlNode server, string option) =>
        server.TextsAt("command").SkipWhile(word => word != option).Skip(1).First();

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
