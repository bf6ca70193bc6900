using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Parts of the JSON schemas (draft 2020-12) of files and messages that contain a job's settings.</summary>
static class SettingSchemas
{
    static readonly JsonSerializerOptions s_indented = new(ContractsJson.Default.Options)
    {
        WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // The exporter can't describe a converter that is not its own.
    static readonly JsonSchemaExporterOptions s_exporter = new()
    {
        TransformSchemaNode = (context, schema) =>
            context.TypeInfo.Type.IsEnum ? new JsonObject { ["enum"] = Names(context.TypeInfo.Type) }
            : context.TypeInfo.Type == typeof(LabelSet) ? Needs() : schema,
    };

    /// <summary>A whole schema, as the text of its file.</summary>
    public static string Document(string title, JsonObject root) => new JsonObject(
    [
        KeyValuePair.Create<string, JsonNode?>("$schema", "https://json-schema.org/draft/2020-12/schema"),
        KeyValuePair.Create<string, JsonNode?>("title", title),
        .. root.ToList().Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone())),
    ]).ToJsonString(s_indented) + "\n";

    /// <summary>The settings with these names, as an object's properties.</summary>
    public static JsonObject Of(IEnumerable<string> names) =>
        new(names.Select(name => KeyValuePair.Create<string, JsonNode?>(
            name, ContractsJson.Default.Options.GetJsonSchemaAsNode(JobSettings.All[name].PropertyType, s_exporter))));

    public static JsonObject Strategies() => new() { ["enum"] = Names(typeof(SearchStrategy)) };

    static JsonArray Names(Type type) => new([.. StoredNames.All(type).Select(name => (JsonNode)name)]);

    public static JsonObject Text(string description) => new() { ["type"] = "string", ["minLength"] = 1, ["description"] = description };

    /// <summary>A list of tags.</summary>
    public static JsonObject Tags() => new()
    {
        ["type"] = "array", ["maxItems"] = TagSet.Most, ["items"] = Text("A tag, as key=value or key."),
        ["description"] = "By which people find the jobs; they change no result.",
    };

    static JsonObject Needs() => Either(Text("A label, as key=value, or as key for any value."), new JsonObject
    {
        ["type"] = "array", ["maxItems"] = TagSet.Most, ["items"] = Text("A label, as key=value, or as key for any value."),
        ["description"] = "The labels that a worker must have to take the job.",
    }, new JsonObject { ["type"] = "null" });

    /// <summary>Adds the names of a dataset's fields to its properties.</summary>
    public static JsonObject WithFieldNames(JsonObject dataset)
    {
        (string Setting, string What)[] fields =
        [
            ("question_field", "question"), ("answer_field", "right answer"), ("id_field", "problem's id"),
            ("level_field", "problem's level"),
        ];
        foreach (var (setting, what) in fields)
        {
            dataset[setting] =
                Text($"Field with the {what}, or names with dots for one in an object; by default the names of public datasets.");
        }
        return dataset;
    }

    public static JsonObject Whole(int least, int most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    public static JsonObject Either(params ReadOnlySpan<JsonNode?> kinds) => new() { ["anyOf"] = new JsonArray(kinds) };

    public static JsonObject Object(JsonObject properties, params IReadOnlyList<string> required) => new()
    {
        ["type"] = "object",
        ["properties"] = properties,
        ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
        ["additionalProperties"] = false,
    };
}
