using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Models;

/// <summary>Entries of the catalog that are fetched.</summary>
public sealed class RemoteModelsTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    FileServer _server = null!;

    static string Sha256 => BundledFile.Sha256("tiny-math-policy-s");

    public async ValueTask InitializeAsync() => _server = await FileServer.StartAsync(BundledFile.Content("tiny-math-policy-s"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    Task<CommandRun> RunAsync(string path, string more, params string[] args)
    {
        _folder.Write("rebase.json", $$"""
            { "Rebase": {
              "Inference": { "Runtime": {{JsonSerializer.Serialize(Support.Llama.Models.Runtime.Kind.ToString())}} },
              "Models": { "far": { "Path": {{JsonSerializer.Serialize(path)}}{{more}} } } } }
            """);
        return CommandRun.In(_folder, [], [.. args, "--data", _folder.Path]);
    }

    string Signed => _server.UriOf("models/p.gguf?sig=secret");

    [Fact]
    public async Task An_entry_is_fetched_when_it_is_checked_and_never_shows_its_signature()
    {
        var stated = $", \"Sha256\": \"{Sha256.ToUpperInvariant()}\"";
        var before = await RunAsync(Signed, stated, "models", "list", "--format", "csv");
        var table = await RunAsync(Signed, stated, "models", "list");
        var check = await RunAsync(Signed, stated, "models", "check", "far", "--format", "json");
        var after = await RunAsync(Signed, stated, "models", "list", "--format", "json");
        var config = await RunAsync(Signed, stated, "config", "show", "--format", "json");
        var doctor = await RunAsync(Signed, stated, "doctor", "--format", "json");

        Assert.True(check.Code == ExitCode.Ok, check.Error);
        Assert.Contains("not downloaded", table.Out, StringComparison.Ordinal);
        Assert.Contains($"{_server.UriOf("models/p.gguf")}?***: the download begins", check.Error, StringComparison.Ordinal);
        var row = JsonDocument.Parse(after.Out).RootElement.EnumerateArray()
            .Single(model => model.GetProperty("model").GetString() == "far");
        Assert.Equal(_server.Content.Length, row.GetProperty("bytes").GetInt64());
        Assert.Equal($"{_server.UriOf("models/p.gguf")}?***", row.GetProperty("path").GetString());
        Assert.True(File.Exists(Path.Combine(_folder.Path, "models", $"{Sha256}.gguf")));
        Assert.Contains("models/p.gguf?***", config.Out, StringComparison.Ordinal);
        Assert.All([before, table, check, after, config, doctor],
            run => Assert.DoesNotContain("secret", run.Out + run.Error, StringComparison.Ordinal));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Doctor_changes_nothing_and_names_what_is_not_here()
    {
        var run = await RunAsync(Signed, $", \"Sha256\": \"{Sha256}\"", "doctor", "--format", "json");
        Assert.Contains("not downloaded yet: far", run.Out, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_model_may_be_checked_by_its_address_alone()
    {
        var run = await CommandRun.In(_folder, [], "models", "check", BundledFile.Reference(Signed, "tiny-math-policy-s"), "--data",
            _folder.Path, "--format", "json", "--set", $"Rebase:Inference:Runtime={Support.Llama.Models.Runtime.Kind}");
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Equal($"{_server.UriOf("models/p.gguf")}?***", JsonDocument.Parse(run.Out).RootElement[0].GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("", "set Rebase:Models:far:Sha256")]
    [InlineData(", \"Sha256\": \"12\"", "64 hex digits")]
    public async Task An_entry_says_what_its_file_must_be(string more, string told)
    {
        var run = await RunAsync(Signed, more, "models", "list");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stated_twice_is_stated_alike()
    {
        var run = await RunAsync($"{Signed}#sha256={Sha256}", $", \"Sha256\": \"{new string('0', 64)}\"", "models", "list");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("states two SHA-256 values", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_this_machine_is_held_to_its_statement_too()
    {
        var path = Support.Llama.Models.PathOf("tiny-math-policy-s");
        Assert.Equal(ExitCode.Ok, (await RunAsync(path, $", \"Sha256\": \"{Sha256}\"", "models", "check", "far", "--format", "json")).Code);
        var run = await RunAsync(path, $", \"Sha256\": \"{new string('0', 64)}\"", "models", "check", "far");
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains(Sha256, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_file_that_was_changed_is_not_used()
    {
        var reference = BundledFile.Reference(_server.UriOf("p.gguf"), "tiny-math-policy-s");
        var kept = _folder.Write($"models/{Sha256}.gguf", "");
        File.Copy(Support.Llama.Models.PathOf("tiny-math-policy-m"), kept, overwrite: true);
        var run = await RunAsync(reference, "", "models", "check", "far");
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains($"{kept} has changed since it was fetched", run.Error, StringComparison.Ordinal);
    }
}
