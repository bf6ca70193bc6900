using System.Text.RegularExpressions;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Postgres;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

/// <summary>The program reads what the files set: names, values, and settings that belong together.</summary>
[Fast]
public sealed partial class SettingNamesTests
{
    static YamlNode Compose => Yaml.Documents("infra/compose.yaml").Single();

    [Fact]
    public void The_images_variables_are_settings()
    {
        var options = Load(Dockerfile.Environment.Where(v => v.Key != "DOTNET_ROOT"));

        Assert.Equal("/data", options.DataDirectory);
        Assert.Equal(8080, options.Http.Port);
        Assert.Equal("0.0.0.0", options.Http.Address);
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("worker-gpu")]
    [InlineData("worker-llama-server")]
    [InlineData("worker-vllm")]
    [InlineData("migrate")]
    public void The_compose_files_variables_are_settings(string service)
    {
        var options = Load(Dockerfile.Environment.Where(v => v.Key != "DOTNET_ROOT").Concat(EnvironmentOf(service)));

        Assert.Equal(IntakeKind.ServiceBus, options.Intake.Kind);
        Assert.Equal(service == "worker-gpu" ? InferenceRuntime.LLamaSharp : null as InferenceRuntime?, options.Inference.Runtime);
        Assert.Equal(service == "worker-gpu" ? -1 : 0, options.Inference.GpuLayers);
        Assert.False(options.Database.AutoMigrate);
        var database = new Npgsql.NpgsqlConnectionStringBuilder(options.Database.ConnectionString);
        Assert.Equal(("postgres", "rebase"), (database.Host, database.Database));
        Assert.NotNull(Compose.At("services", database.Host!));
        Assert.Equal(database.Database, Compose.TextAt("services", "postgres", "environment", "POSTGRES_DB"));
    }

    [Fact]
    public void The_compose_file_reaches_Azurite_without_a_key_in_it()
    {
        var account = new Azure.Storage.Blobs.BlobServiceClient(Load(EnvironmentOf("worker")).Blobs.ConnectionString);

        Assert.Equal("devstoreaccount1", account.AccountName);
        Assert.NotNull(Compose.At("services", account.Uri.Host));
        Assert.Contains(account.Uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Compose.TextsAt("services", account.Uri.Host, "command"));
    }

    [Fact]
    public void Every_pods_variables_are_settings()
    {
        Assert.Equal(4, Manifests.Pods.Count());
        foreach (var (_, pod, _) in Manifests.Pods)
        {
            var options = Load(Manifests.EnvironmentOf(pod));
            Assert.Equal(DatabaseAuthentication.AzureIdentity, options.Database.Authentication);
            Assert.Equal(IntakeKind.ServiceBus, options.Intake.Kind);
            Assert.NotEmpty(options.Blobs.ServiceUri);
            Assert.Empty(options.Blobs.ConnectionString + options.Intake.ConnectionString);
        }
    }

    [Fact]
    public void The_overlays_values_go_into_settings_that_take_them()
    {
        var overlay = Yaml.Documents("infra/kubernetes/overlays/azure/kustomization.yaml").Single();
        var given = Pairs("outputs.env");
        var settings = overlay.ItemsAt("replacements").SelectMany(replacement => replacement.ItemsAt("targets")
            .Where(target => target.TextAt("select", "name") == "rebase-settings")
            .SelectMany(target => target.TextsAt("fieldPaths"))
            .Select(path =>
                KeyValuePair.Create(path["data.".Length..], given[replacement.TextAt("source", "fieldPath")!["data.".Length..]])));

        var options =
            Load(Manifests.EnvironmentOf(Manifests.Worker.At("spec", "template", "spec")!).Concat(settings).Concat(Pairs("models.env")));

        Assert.Equal(given["serviceBusHost"], options.Intake.Namespace);
        Assert.Equal(given["blobServiceUri"], options.Blobs.ServiceUri);
        Assert.Equal(["policy", "reward"], options.Models.Keys.Order(StringComparer.Ordinal));
        Assert.All(options.Models.Values, model => Assert.StartsWith(options.Blobs.ServiceUri, model.Path, StringComparison.Ordinal));
        Assert.Equal(given["databaseHost"], new Npgsql.NpgsqlConnectionStringBuilder(options.Database.ConnectionString).Host);
    }

    [Fact]
    public void Numbers_and_truths_that_the_environment_takes_as_text_are_quoted()
    {
        var texts = Manifests.All.Where(manifest => manifest.TextAt("kind") == "ConfigMap").SelectMany(manifest => manifest.PairsAt("data"))
            .Select(pair => (pair.Key, pair.Value))
            .Concat(Manifests.Pods.SelectMany(pod => pod.Pod.ItemsAt("containers", "0", "env"))
                .Where(variable => variable.At("value") is not null).Select(variable => (variable.TextAt("name")!, variable.At("value")!)))
            .Concat(Manifests.Servers.SelectMany(server => server.Pod.ItemsAt("containers", "0", "env"))
                .Select(variable => (variable.TextAt("name")!, variable.At("value")!)))
            .Concat(Compose.PairsAt("services").SelectMany(service => service.Value.PairsAt("environment")))
            .Concat(Manifests.All.Where(manifest => manifest.TextAt("kind") == "ScaledObject")
                .SelectMany(scaled => scaled.ItemsAt("spec", "triggers")).SelectMany(trigger => trigger.PairsAt("metadata")));
        Assert.All(texts, text => Assert.True(text.Item2.IsText(), $"{text.Item1} is not quoted"));
    }

    [Fact]
    public void Everyone_means_the_same_queue()
    {
        string[] queues =
        [
            .. Manifests.Pods.Select(pod => Load(Manifests.EnvironmentOf(pod.Pod)).Intake.Queue),
            Load(EnvironmentOf("worker")).Intake.Queue,
            Manifests.Scaling.ItemsAt("spec", "triggers").Single(trigger => trigger.TextAt("type") == "azure-servicebus")
                .TextAt("metadata", "queueName")!,
            EmulatorConfigTests.Queue.GetProperty("Name").GetString()!,
            Bicep.Main.Defaults["queueName"].Trim('\''),
        ];
        Assert.Equal([new RebaseOptions().Intake.Queue], queues.Distinct());
    }

    internal static Dictionary<string, string> EnvironmentOf(string service) => Compose.PairsAt("services", service, "environment")
        .ToDictionary(pair => pair.Key, pair => Reference().Replace(((YamlScalarNode)pair.Value).Value!, "given"));

    /// <summary>Loads settings as the program does, and fails on a name that the program would ignore.</summary>
    internal static RebaseOptions Load(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var all = new Dictionary<string, string>();
        foreach (var (name, value) in variables) all[name] = value;
        Assert.All(all.Keys, name => Assert.Matches("^Rebase(__[A-Za-z0-9-]+)+$", name));
        using var folder = new TemporaryFolder();
        return Settings.Load(new(TextWriter.Null, TextWriter.Null, folder.Path, folder.Path, all), []).Options;
    }

    internal static Dictionary<string, string> Pairs(string file, string overlay = "azure") =>
        Repository.Lines($"infra/kubernetes/overlays/{overlay}/{file}").Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Reference();
}
