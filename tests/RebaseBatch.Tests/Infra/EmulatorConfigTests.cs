using System.Text.Json;
using System.Xml;
using Xunit;

namespace RebaseBatch.Tests.Infra;

/// <summary>
/// The Service Bus emulator's Config.json against the schema that its installer publishes (azure-service-bus-emulator-installer,
/// ServiceBus-Emulator/Schema/Config-schema.json): the emulator exits at its start if it does not accept the file.
/// </summary>
[Fast]
public sealed class EmulatorConfigTests
{
    static readonly JsonElement s_config =
        JsonDocument.Parse(Repository.Read("infra/servicebus-emulator/Config.json")).RootElement.GetProperty("UserConfig");

    internal static JsonElement Queue => Assert.Single(Namespace.GetProperty("Queues").EnumerateArray());

    static JsonElement Namespace => Assert.Single(s_config.GetProperty("Namespaces").EnumerateArray());

    static JsonElement Behaviour => Queue.GetProperty("Properties");

    [Fact]
    public void It_has_the_parts_that_the_schema_asks_for_and_no_others()
    {
        Assert.Equal(["Namespaces", "Logging"], Names(s_config));
        Assert.Equal(["Name", "Queues", "Topics"], Names(Namespace));
        Assert.Equal("sbemulatorns", Namespace.GetProperty("Name").GetString());
        Assert.Equal(["Name", "Properties"], Names(Queue));
        Assert.Equal(
            [
                "DeadLetteringOnMessageExpiration", "DefaultMessageTimeToLive", "DuplicateDetectionHistoryTimeWindow",
                "ForwardDeadLetteredMessagesTo", "ForwardTo", "LockDuration", "MaxDeliveryCount", "RequiresDuplicateDetection",
                "RequiresSession",
            ], Names(Behaviour).Order(StringComparer.Ordinal));
        Assert.Contains(s_config.GetProperty("Logging").GetProperty("Type").GetString(), (string[])["Console", "File", "File,Console"]);
    }

    [Theory]
    [InlineData("DefaultMessageTimeToLive", 300, 3600)]
    [InlineData("DuplicateDetectionHistoryTimeWindow", 5, 300)]
    [InlineData("LockDuration", 5, 300)]
    public void Durations_are_within_what_the_emulator_takes(string property, int fromSeconds, int toSeconds) =>
        Assert.InRange(XmlConvert.ToTimeSpan(Behaviour.GetProperty(property).GetString()!).TotalSeconds, fromSeconds, toSeconds);

    [Fact]
    public void It_behaves_as_the_queue_in_Azure()
    {
        Assert.InRange(Behaviour.GetProperty("MaxDeliveryCount").GetInt32(), 1, 10);
        var azure = Repository.Read("infra/bicep/modules/servicebus.bicep");
        foreach (var (here, there) in new[] { ("RequiresDuplicateDetection", "requiresDuplicateDetection"),
            ("DeadLetteringOnMessageExpiration", "deadLetteringOnMessageExpiration"), ("RequiresSession", "requiresSession") })
            Assert.Contains($"{there}: {(Behaviour.GetProperty(here).GetBoolean() ? "true" : "false")}", azure, StringComparison.Ordinal);
        Assert.True(Behaviour.GetProperty("RequiresDuplicateDetection").GetBoolean());
    }

    [Fact]
    public void The_compose_file_mounts_it_where_the_emulator_looks()
    {
        var mount = Assert.Single(Yaml.Documents("infra/compose.yaml").Single().TextsAt("services", "servicebus", "volumes")).Split(':');

        Assert.True(File.Exists(Path.Combine(Repository.Infra, mount[0])));
        Assert.Equal("/ServiceBus_Emulator/ConfigFiles/Config.json", mount[1]);
    }

    static IEnumerable<string> Names(JsonElement thing) => thing.EnumerateObject().Select(property => property.Name);
}
