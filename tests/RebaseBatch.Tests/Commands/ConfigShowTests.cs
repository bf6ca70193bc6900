using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

[Fast]
public sealed class ConfigShowTests : IDisposable
{
    const string Key = "Rebase:Worker:MaxBatches";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_source_outranks_the_ones_before_it_and_is_named()
    {
        Assert.Equal(("2", "default"), await Effective([]));

        var program = _folder.Write("program/appsettings.json", """{ "Rebase": { "Worker": { "MaxBatches": 3 } } }""");
        Assert.Equal(("3", program), await Effective([]));

        var here = _folder.Write("rebase.json", """{ "Rebase": { "Worker": { "MaxBatches": 4 } } }""");
        Assert.Equal(("4", here), await Effective([]));

        var environment = new Dictionary<string, string> { ["REBASE__WORKER__MAXBATCHES"] = "5" };
        Assert.Equal(("5", "environment"), await Effective(environment));

        Assert.Equal(("6", "command line"), await Effective(environment, "--set", $"{Key}=6"));
        Assert.Equal(("7", "command line"), await Effective(environment, "--set", $"{Key}=6", "--set", $"{Key}=7"));
    }

    [Fact]
    public async Task The_short_options_outrank_set()
    {
        var shown = await Show([], "--set", "Rebase:DataDirectory=/elsewhere", "--data", "here");

        Assert.Equal(Path.Combine(_folder.Path, "here"), shown["Rebase:DataDirectory"].Value);
        Assert.Equal(Path.Combine(_folder.Path, "here", "results"), shown["Rebase:Results:Directory"].Value);
        Assert.Equal(Path.Combine(_folder.Path, "here", "models"), shown["Rebase:Inference:ModelCacheDirectory"].Value);
    }

    // As a connection string, abc=hunter2 would be shown with its value.
    [Theory]
    [InlineData("hunter2")]
    [InlineData("abc=hunter2")]
    public async Task The_key_of_a_model_on_a_server_is_never_shown(string key)
    {
        var environment = new Dictionary<string, string>
        {
            ["Rebase__Models__seven__Endpoint"] = "http://gpu-1:8000,http://me:hunter2@gpu-2:8000",
            ["Rebase__Models__seven__ApiKey"] = key,
        };
        foreach (var format in new[] { "table", "json", "csv" })
        {
            var run = await CommandRun.In(_folder, environment, "config", "show", "--format", format);

            Assert.Equal(ExitCode.Ok, run.Code);
            Assert.DoesNotContain("hunter2", run.Out + run.Error, StringComparison.Ordinal);
            Assert.Contains("gpu-2:8000", run.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Host=db;Username=me;Password=hunter2")]
    [InlineData("Host=db;Username=me;pwd='hunter2;x'")]
    [InlineData("Host=db;SSL Password=hunter2")]
    public async Task A_password_is_never_shown(string connection)
    {
        foreach (var format in new[] { "table", "json", "csv" })
        {
            var run = await CommandRun.In(_folder, [], "config", "show", "--format", format, "--database", connection);

            Assert.Equal(ExitCode.Ok, run.Code);
            Assert.DoesNotContain("hunter2", run.Out + run.Error, StringComparison.Ordinal);
            Assert.Contains("***", run.Out, StringComparison.Ordinal);
            Assert.Contains("host=db", run.Out, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("Rebase:Blobs:ConnectionString",
        "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=aHVudGVyMg==;EndpointSuffix=core.windows.net")]
    [InlineData("Rebase:Blobs:ConnectionString",
        "BlobEndpoint=https://acct.blob.core.windows.net;SharedAccessSignature=sv=1&sig=aHVudGVyMg==")]
    [InlineData("Rebase:Intake:ConnectionString",
        "Endpoint=sb://acct.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=aHVudGVyMg==")]
    public async Task A_key_of_an_account_is_never_shown(string setting, string connection)
    {
        var run = await CommandRun.In(_folder, [], "config", "show", "--format", "json", "--set", $"{setting}={connection}");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.DoesNotContain("aHVudGVyMg", run.Out + run.Error, StringComparison.Ordinal);
        Assert.Contains("acct", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_an_unusable_connection_string_is_shown()
    {
        var run = await CommandRun.In(_folder, [], "config", "show", "--database", "postgres://me:hunter2@db/rebase");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("Rebase:Database:ConnectionString", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_private_server_is_migrated_unasked_and_any_other_is_not()
    {
        Assert.Equal("true", (await Show([]))["Rebase:Database:AutoMigrate"].Value);
        Assert.Equal("false", (await Show([], "--database", "Host=db"))["Rebase:Database:AutoMigrate"].Value);
    }

    async Task<(string? Value, string Source)> Effective(Dictionary<string, string> variables, params string[] args) =>
        (await Show(variables, args))[Key];

    async Task<Dictionary<string, (string? Value, string Source)>> Show(Dictionary<string, string> variables, params string[] args)
    {
        var run = await CommandRun.In(_folder, variables, ["config", "show", "--format", "json", .. args]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return JsonDocument.Parse(run.Out).RootElement.EnumerateArray().ToDictionary(
            row => row.GetProperty("setting").GetString()!,
            row => (row.GetProperty("value").GetString(), row.GetProperty("source").GetString()!));
    }
}
