using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using RebaseBatch.Contracts;

namespace RebaseBatch.Sweeps;

/// <summary>The JSON schema of a sweep's file (draft 2020-12), for editors: contracts/sweep.schema.json is what this writes.</summary>
static class SweepSchema
{
    static readonly JsonSerializerOptions s_indented = new(ContractsJson.Default.Options) { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text() => Build().ToJsonString(s_indented) + "\n";

    static JsonObject Build()
    {
        var settings = new JsonObject();
        foreach (var name in SweepSettings.Names) settings[name] = OfSetting(name);
        var strategy = Object(Copy(settings), "strategy");
        strategy["properties"]!["strategy"] = Strategies();
        strategy["properties"]!["widths"] = OneOrMore(Whole(1, 256));
        var root = Object(new()
        {
            ["name"] = Text("A name for people; the file's name unless given."),
            ["datasets"] = OneOrMore(Either(Text("Path of a dataset, beside this file."), Object(new() { ["path"] = Text("Path of a dataset, beside this file."), ["limit"] = Whole(1, int.MaxValue) }, "path"))),
            ["policies"] = OneOrMore(Text("A policy model: a name of 'rebase models list', or a GGUF file beside this one.")),
            ["rewards"] = OneOrMore(Text("A reward model, likewise.")),
            ["strategies"] = OneOrMore(Either(Strategies(), strategy)),
            ["seeds"] = OneOrMore(new() { ["type"] = "integer" }),
            ["settings"] = Object(settings),
        }, "datasets", "policies", "strategies");
        return new([KeyValuePair.Create<string, JsonNode?>("$schema", "https://json-schema.org/draft/2020-12/schema"), KeyValuePair.Create<string, JsonNode?>("title", "A sweep of RebaseBatch"), .. Parts(root)]);
    }

    static JsonNode OfSetting(string name) => ContractsJson.Default.Options.GetJsonSchemaAsNode(SweepSettings.All[name].PropertyType);

    static JsonObject Strategies() => new() { ["enum"] = new JsonArray([.. Enum.GetNames<SearchStrategy>().Select(name => (JsonNode)name.ToLowerInvariant())]) };

    static JsonObject Text(string description) => new() { ["type"] = "string", ["minLength"] = 1, ["description"] = description };

    static JsonObject Whole(int least, int most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    static JsonObject Either(params ReadOnlySpan<JsonNode?> kinds) => new() { ["anyOf"] = new JsonArray(kinds) };

    /// <summary>A list, or a single value for a list of one.</summary>
    static JsonObject OneOrMore(JsonObject item) => Either(Copy(item), new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = item });

    static JsonObject Object(JsonObject properties, params IReadOnlyList<string> required) => new()
    {
        ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]), ["additionalProperties"] = false,
    };

    static JsonObject Copy(JsonObject node) => node.DeepClone().AsObject();

    static IEnumerable<KeyValuePair<string, JsonNode?>> Parts(JsonObject node) => node.ToList().Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone()));
}
