using System.Text.Json;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Models;

/// <summary><c>models check</c> and <c>models list</c> of models on servers.</summary>
public sealed class ServedModelsTests : IDisposable
{
    const string Policy = "tiny-math-policy-s", Reward = "tiny-math-prm", Key = "sk-d0n0tsh0w";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static Task<ModelServer> ServeAsync(RemoteKind kind, string model, string? key = null) =>
        ModelServer.StartAsync(new(kind, model) { ApiKey = key });

    // As in a container: everything comes from the environment.
    async Task<CommandRun> RunAsync(string kind, string model, string endpoints, string[] arguments,
        params (string Setting, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["Rebase__Inference__Runtime"] = Support.Llama.Models.Runtime.Kind.ToString(),
            ["Rebase__Models__served__Endpoint"] = endpoints,
            ["Rebase__Models__served__Kind"] = kind,
            ["Rebase__Models__served__Model"] = model,
            ["Rebase__Models__served__Role"] = model == Reward ? "Reward" : "Policy",
            ["Rebase__Models__served__Parameters"] = "7.24e9",
            ["Rebase__Models__served__Vocabulary"] = Support.Llama.Models.PathOf(model),
        };
        foreach (var (setting, value) in settings) environment[$"Rebase__Models__served__{setting}"] = value;
        var run = await CommandRun.In(_folder, environment, [.. arguments]);
        Assert.DoesNotContain(Key, run.Out + run.Error, StringComparison.Ordinal);
        return run;
    }

    Task<CommandRun> CheckAsync(string kind, string model, string endpoints, params (string Setting, string Value)[] settings) =>
        RunAsync(kind, model, endpoints, ["models", "check", "served", "--format", "json"], settings);

    [Theory]
    [InlineData("vllm", "vllm 1.2.3")]
    [InlineData("sglang", "sglang 1.2.3")]
    [InlineData("llama-server", "llama-server")]
    public async Task Every_server_of_a_policy_is_asked_what_it_serves_and_tried(string kind, string program)
    {
        Assert.True(RebaseBatch.Contracts.StoredNames.TryParse<RemoteKind>(kind, out var known));
        await using var one = await ServeAsync(known, Policy, Key);
        await using var two = await ServeAsync(known, Policy, Key);
        var run = await CheckAsync(kind, Policy, $"{one.Address} {two.Address}", ("ApiKey", Key));
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        foreach (var server in new[] { one, two })
        {
            var at = $"'served' at {server.Address.AbsoluteUri.TrimEnd('/')}: ";
            Assert.Contains($"{at}{program}", run.Error, StringComparison.Ordinal);
            Assert.Contains($"{at}the server reads texts as the vocabulary here does", run.Error, StringComparison.Ordinal);
            Assert.Contains($"{at}one seed gave the same tokens twice", run.Error, StringComparison.Ordinal);
        }

        var row = Assert.Single(JsonDocument.Parse(run.Out).RootElement.EnumerateArray());
        Assert.Equal(("served", true, 7_240_000_000), (row.GetProperty("model").GetString(), row.GetProperty("ok").GetBoolean(),
            row.GetProperty("parameters").GetInt64()));
        Assert.EndsWith("2 servers", row.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reward_model_s_self_test_runs_on_its_server()
    {
        await using var server = await ServeAsync(RemoteKind.Vllm, Reward);
        var run = await CheckAsync("vllm", Reward, $"{server.Address}");
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Contains("the entry has no SelfTest", run.Error, StringComparison.Ordinal);

        (string, string)[] test =
        [
            ("SelfTest__Question", "Mia has 3 books."), ("SelfTest__Steps__0__Text", "Step 1: Mia has 3 books."),
            ("SelfTest__Steps__0__Score", "0.5"),
        ];
        run = await CheckAsync("vllm", Reward, $"{server.Address}", [.. test, ("SelfTest__Tolerance", "0.5")]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Contains("the self-test of the entry holds", run.Error, StringComparison.Ordinal);
        run = await CheckAsync("vllm", Reward, $"{server.Address}", [.. test, ("SelfTest__Tolerance", "0")]);
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains("fails its self-test: step 1 scores 0.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_a_server_unusable_is_said_of_each_one_after_what_the_others_said()
    {
        await using var server = await ServeAsync(RemoteKind.Vllm, Policy, Key);
        using var gone = new RefusedPort();
        var run = await CheckAsync("vllm", Policy, $"{gone.Uri},{server.Address}", ("ApiKey", Key));
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains("one seed gave the same tokens twice", run.Error, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{gone.Number}", run.ErrorLines[^1], StringComparison.Ordinal);

        run = await CheckAsync("vllm", Policy, $"{server.Address}", ("ApiKey", Key + "x"));
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        run = await CheckAsync("vllm", Policy, $"{server.Address}", ("ApiKey", Key), ("Model", "another"));
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains("another", run.Error, StringComparison.Ordinal);
        run = await CheckAsync(
            "vllm", Policy, $"{server.Address}", ("ApiKey", Key), ("Vocabulary", Path.Combine(_folder.Path, "none.gguf")));
        Assert.Equal(ExitCode.NotFound, run.Code);
    }

    [Fact]
    public async Task Replicas_that_serve_different_weights_are_refused()
    {
        await using var one = await ServeAsync(RemoteKind.SGLang, Policy);
        await using var two = await ServeAsync(RemoteKind.SGLang, Policy);
        two.Identity = two.Identity with { Weights = "step-200" };
        var run = await CheckAsync("sglang", Policy, $"{one.Address} {two.Address}");
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains("do not serve the same", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_has_the_server_s_address_and_no_key()
    {
        var run = await RunAsync("vllm", Policy, "http://gpu-1:8000 http://gpu-2:8000", ["models", "list", "--format", "json"],
            ("ApiKey", Key));
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        var row = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Single(row => row.GetProperty("model").GetString() == "served");
        Assert.Equal(("server", "http://gpu-1:8000 http://gpu-2:8000", JsonValueKind.Null), (row.GetProperty("origin").GetString(),
            row.GetProperty("path").GetString(), row.GetProperty("bytes").ValueKind));
    }
}
