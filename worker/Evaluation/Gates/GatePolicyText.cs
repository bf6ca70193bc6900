using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>Writes a policy as <see cref="GatePolicyReader"/> reads it. Pure.</summary>
static class GatePolicyText
{
    static readonly JsonSerializerOptions s_plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Yaml(GatePolicy policy)
    {
        var lines = new List<string>();
        foreach (var (key, value) in Json(policy))
        {
            if (value is not JsonArray rules)
            {
                lines.Add($"{key}: {Scalar(value)}");
                continue;
            }

            lines.Add($"{key}:");
            foreach (var rule in rules)
                lines.AddRange(rule!.AsObject().Select((part, i) => $"{(i == 0 ? "  - " : "    ")}{part.Key}: {Scalar(part.Value)}"));
        }

        return string.Join('\n', lines);
    }

    /// <summary>In the keys of the file, without those that have no value.</summary>
    public static JsonObject Json(GatePolicy policy)
    {
        var json = Known(JsonSerializer.SerializeToNode(policy, ContractsJson.Default.GatePolicy)!.AsObject());
        if (policy.MaxAge is { } age) json["max_age"] = DurationText.Of(age);
        if (policy.Cells.Count == 0) json.Remove("cells");
        else json["cells"] = new JsonArray([.. json["cells"]!.AsArray().Select(rule => Known(rule!.AsObject()))]);
        return json;
    }

    static JsonObject Known(JsonObject all) =>
        new(all.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone())));

    // A quoted scalar of JSON is one of YAML. Names without anything special are written as people write them.
    static string Scalar(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var plain) && plain.Length > 0 && char.IsAsciiLetter(plain[0])
            && plain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            && plain.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off")
            ? plain : value!.ToJsonString(s_plain);
}
