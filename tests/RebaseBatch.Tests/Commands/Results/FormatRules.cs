using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

/// <summary>A JSON schema that a document has to fit.</summary>
sealed class FormatRules(JsonSchema schema)
{
    /// <param name="name">A file of Commands/Results/Rules, without .schema.json.</param>
    public static FormatRules Own(string name) => Of(Path.Combine(AppContext.BaseDirectory, "Rules", $"{name}.schema.json"));

    public static FormatRules Of(string path) => new(JsonSchema.FromText(File.ReadAllText(path)));

    public void Check(JsonNode document)
    {
        var results = schema.Evaluate(JsonSerializer.SerializeToElement(document), new() { OutputFormat = OutputFormat.List });
        var faults = (results.Details ?? []).Where(detail => detail.Errors is { Count: > 0 })
            .Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}");
        Assert.True(results.IsValid, string.Join('\n', faults));
    }
}
