using System.Text;
using System.Text.Json;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>Reads replies that may lack anything.</summary>
static class JsonReading
{
    const int ShownCharacters = 200;

    /// <summary>The member, or null where it is missing or null.</summary>
    public static JsonElement? Get(this JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var member)
            && member.ValueKind is not JsonValueKind.Null ? member : null;

    public static JsonElement? Get(this JsonElement parent, string name) => ((JsonElement?)parent).Get(name);

    /// <summary>The first item of an array, or null.</summary>
    public static JsonElement? First(this JsonElement? array) =>
        array is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() > 0 ? items[0] : null;

    /// <summary>The text, or null where it is none: half of a character, as \ud83d alone, is JSON and no text.</summary>
    public static string? Text(this JsonElement? value)
    {
        try
        {
            return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text's bytes; a list of numbers is bytes already.</summary>
    /// <exception cref="ModelFaultException">It is neither.</exception>
    public static byte[] Utf8(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } bytes => [.. bytes.EnumerateArray().Select(part => (byte)(((JsonElement?)part).Number() ?? 0))],
        _ when value.Text() is { } text => Encoding.UTF8.GetBytes(text),
        _ => throw new ModelFaultException($"the server's answer has no text: {Shown(value)}"),
    };

    /// <inheritdoc cref="Utf8(JsonElement?)"/>
    public static byte[] Utf8(JsonElement parent, string name) => Utf8(parent.Get(name));

    public static int? Number(this JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var result) ? result : null;

    public static double? Real(this JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var result) ? result : null;

    /// <exception cref="ModelFaultException">The member is not an array of token ids.</exception>
    public static int[] Ids(JsonElement? parent, string name)
    {
        if (parent.Get(name) is not { ValueKind: JsonValueKind.Array } items)
            throw new ModelFaultException($"the server's answer has no token ids in '{name}': {Shown(parent)}; "
                + "steps are stored as tokens, and text that is tokenized again gives other ones");
        var ids = new int[items.GetArrayLength()];
        for (var i = 0; i < ids.Length; i++)
        {
            if (items[i].ValueKind is not JsonValueKind.Number || !items[i].TryGetInt32(out ids[i]) || ids[i] < 0)
                throw new ModelFaultException($"the server's answer has '{items[i]}' among the token ids in '{name}'");
        }

        return ids;
    }

    /// <summary>The beginning of an answer, for error sentences.</summary>
    public static string Shown(JsonElement? reply) =>
        reply?.GetRawText() is not { } text ? "nothing" : text.Length <= ShownCharacters ? text : $"{text[..ShownCharacters]}...";
}
