using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace RebaseBatch.Tests.Infra;

[Fast]
public sealed partial class ComposeTests
{
    static YamlNode File { get; } = Yaml.Documents("infra/compose.yaml").Single();

    /// <summary>The services that are workers.</summary>
    internal static IEnumerable<string> Workers => File.PairsAt("services")
        .Where(service => service.Value.TextsAt("command").SequenceEqual(["worker", "run", "--log", "json"]))
        .Select(service => service.Key);

    [Fact]
    public void What_a_service_waits_for_can_come_about()
    {
        var waits = File.PairsAt("services").SelectMany(service => service.Value.PairsAt("depends_on")).ToList();
        Assert.NotEmpty(waits);
        foreach (var (needed, wait) in waits)
        {
            var service = File.At("services", needed);
            Assert.NotNull(service);
            switch (wait.TextAt("condition"))
            {
                case "service_healthy": Assert.NotEmpty(service.ItemsAt("healthcheck", "test")); break;
                case "service_completed_successfully": Assert.Equal("no", service.TextAt("restart")); break;
                case var other: Assert.Equal("service_started", other); break;
            }
        }
    }

    [Fact]
    public void A_worker_starts_after_the_migration_and_the_database()
    {
        Assert.Equal(["worker", "worker-gpu", "worker-llama-server", "worker-vllm"], Workers);
        foreach (var worker in Workers)
        {
            Assert.Equal("service_completed_successfully", File.TextAt("services", worker, "depends_on", "migrate", "condition"));
            Assert.Equal("service_healthy", File.TextAt("services", worker, "depends_on", "postgres", "condition"));
        }
        Assert.Equal(["postgres"], File.PairsAt("services", "migrate", "depends_on").Select(pair => pair.Key));
    }

    [Fact]
    public void GPUs_are_asked_for_under_their_profile_alone()
    {
        var asking = File.PairsAt("services")
            .Where(service => service.Value.At("deploy", "resources", "reservations", "devices") is not null).ToList();
        Assert.Equal([("worker-gpu", "gpu"), ("vllm-policy", "vllm"), ("vllm-reward", "vllm")],
            asking.Select(service => (service.Key, Assert.Single(service.Value.TextsAt("profiles")))));
        Assert.All(asking, service => Assert.Equal(
            ["gpu"], service.Value.ItemsAt("deploy", "resources", "reservations", "devices").Single().TextsAt("capabilities")));
        Assert.Equal(["worker-gpu", "worker-llama-server", "llama-policy", "llama-reward", "worker-vllm", "vllm-policy", "vllm-reward"],
            File.PairsAt("services").Where(service => service.Value.At("profiles") is not null).Select(service => service.Key));
    }

    [Fact]
    public void What_it_wants_filled_in_is_what_the_example_has_empty()
    {
        var wanted = Wanted().Matches(Repository.Read("infra/compose.yaml")).Select(match => match.Groups[1].Value).Distinct();
        var example = Repository.Lines("infra/.env.example").ToList();

        Assert.All(example, line => Assert.EndsWith("=", line, StringComparison.Ordinal));
        Assert.Equal(wanted.Order(StringComparer.Ordinal), example.Select(line => line.TrimEnd('=')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Volumes_are_declared_and_files_are_there()
    {
        var declared = File.PairsAt("volumes").Select(volume => volume.Key).ToList();
        var mounts = File.PairsAt("services").SelectMany(service => service.Value.TextsAt("volumes")).Select(volume => volume.Split(':')[0])
            .Distinct().ToList();
        Assert.All(mounts.Where(mount => mount[0] == '.'), mount => Assert.True(Path.Exists(Path.Combine(Repository.Infra, mount)), mount));
        Assert.Equal(declared.Order(StringComparer.Ordinal), mounts.Where(mount => mount[0] != '.').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_models_that_it_names_are_mounted()
    {
        var (source, target) = Assert.Single(File.TextsAt("services", "worker", "volumes")).Split(':') is [var from, var to, "ro"]
            ? (from, to) : ("", "");
        var options = SettingNamesTests.Load(SettingNamesTests.EnvironmentOf("worker"));
        Assert.NotEmpty(options.Models);
        foreach (var model in options.Models.Values)
        {
            Assert.StartsWith(target + "/", model.Path, StringComparison.Ordinal);
            Assert.True(Path.Exists(Path.Combine(Repository.Infra, source, model.Path[(target.Length + 1)..])));
        }
    }

    // The rest of such a reference is Compose's message when the variable is empty.
    [GeneratedRegex(@"\$\{(\w+):\?")]
    private static partial Regex Wanted();
}
