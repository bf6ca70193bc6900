using System.Text.Json;

namespace RebaseBatch.Inference.Gguf;

/// <summary>Reads the parts of a tokenizer.json, which leaves out or sets to null what it does not use.</summary>
static class JsonParts
{
    /// <summary>The property; null when it is missing or null.</summary>
    public static JsonElement? Part(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind is not JsonValueKind.Null ? value : null;

    /// <summary>The text; null when it is missing, null or no text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The element's text.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    public static string Text(this JsonElement element) => element.GetString() ?? throw new FormatException("a text is null");

    /// <summary>The truth value; null when it is missing, null or another value.</summary>
    public static bool? Truth(this JsonElement element, string name) => element.Part(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The steps of a normalizer, pre-tokenizer or post-processor: none, one, or those of a sequence, with their types.</summary>
    public static IReadOnlyList<(string Type, JsonElement Step)> Steps(this JsonElement root, string name)
    {
        return root.Part(name) is { } first ? [.. Flat(first)] : [];

        static IEnumerable<(string, JsonElement)> Flat(JsonElement step)
        {
            var type = step.Text("type") ?? "without a type";
            if (type is not "Sequence") return [(type, step)];
            foreach (var list in (string[])["normalizers", "pretokenizers", "processors"])
                if (step.Part(list) is { } parts) return parts.EnumerateArray().SelectMany(Flat);
            return [];
        }
    }
}
