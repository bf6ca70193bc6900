using System.Text.Json;

namespace RebaseBatch.Core.Datasets;

/// <summary>Reads a JSON object's fields, with the sentence that names what is wrong.</summary>
static class Fields
{
    /// <returns>The string; null when the field is absent or null.</returns>
    /// <exception cref="InvalidLineException">It has another type, or can't be stored as text.</exception>
    public static string? Text(JsonElement line, string name)
    {
        if (!line.TryGetProperty(name, out var field) || field.ValueKind == JsonValueKind.Null) return null;
        if (field.ValueKind != JsonValueKind.String) throw new InvalidLineException($"'{name}' is {Kind(field)}, expected a string");
        string text;
        try
        {
            text = field.GetString()!;
        }
        catch (InvalidOperationException) // an escape such as \ud800 without its other half
        {
            throw new InvalidLineException($"'{name}' has half of a surrogate pair, which is no character");
        }
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new InvalidLineException($"'{name}' has the character U+0000, which Postgres can't store")
            : text;
    }

    static string Kind(JsonElement field) => field.ValueKind switch
    {
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        JsonValueKind.Array => "an array",
        _ => "an object",
    };
}
