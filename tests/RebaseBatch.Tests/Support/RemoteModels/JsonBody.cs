using System.Text;
using System.Text.Json;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>Reads the fields of a request's body. A field that is null counts as missing.</summary>
static class JsonBody
{
    public static JsonElement? Field(this JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public static double Number(this JsonElement body, string name, double otherwise) => body.Field(name)?.GetDouble() ?? otherwise;

    public static int Count(this JsonElement body, string name, int otherwise) => body.Field(name)?.GetInt32() ?? otherwise;

    public static bool Flag(this JsonElement body, string name, bool otherwise = false) => body.Field(name)?.GetBoolean() ?? otherwise;

    /// <summary>A list of token ids; null where the field is missing or holds something else.</summary>
    public static int[]? Tokens(this JsonElement body, string name)
    {
        if (body.Field(name) is not { ValueKind: JsonValueKind.Array } list) return null;
        var tokens = new int[list.GetArrayLength()];
        var at = 0;
        foreach (var item in list.EnumerateArray())
            if (item.ValueKind is not JsonValueKind.Number || !item.TryGetInt32(out tokens[at++])) return null;
        return tokens;
    }

    /// <summary>A text or a list of texts, in UTF-8.</summary>
    public static IReadOnlyList<byte[]> Texts(this JsonElement body, string name) => body.Field(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } one => [Encoding.UTF8.GetBytes(one.GetString()!)],
        var list => [.. list.Value.EnumerateArray().Select(text => Encoding.UTF8.GetBytes(text.GetString()!))],
    };

    public static void WriteTokens(this Utf8JsonWriter json, string name, ReadOnlySpan<int> tokens)
    {
        json.WriteStartArray(name);
        foreach (var token in tokens) json.WriteNumberValue(token);
        json.WriteEndArray();
    }
}
