using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RebaseBatch.Inference.Remote;

/// <summary>A server's own words about an error, fit for one line of a log. Pure.</summary>
static class ServerMessage
{
    const int MostCharacters = 300;

    // OpenAI, vLLM and llama-server: {"error":{"message":"..."}}; SGLang: {"message":"..."}; FastAPI: {"detail":...}.
    static readonly string[] s_properties = ["error", "message", "detail", "msg"];

    /// <summary>The message in an error's body: short, on one line, without <paramref name="secret"/>. Empty when there is none.</summary>
    /// <param name="secret">What a server may repeat and nobody may read; null for nothing.</param>
    public static string Of(ReadOnlySpan<byte> body, string? secret) =>
        Line((Within(body) ?? Encoding.UTF8.GetString(body)).Trim(), secret);

    static string? Within(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return Within(json.RootElement);
        }
        // Half of a character, as \ud83d alone, is JSON and no text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static string? Within(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Object => s_properties
            .Select(name => element.TryGetProperty(name, out var found) ? Within(found) : null).FirstOrDefault(text => text is not null),
        JsonValueKind.Array => element.GetArrayLength() > 0 ? Within(element[0]) : null,
        _ => null,
    };

    /// <summary>The beginning of a text, with control characters written as codes.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Line(string text, string? secret)
    {
        if (!string.IsNullOrEmpty(secret)) text = text.Replace(secret, "***", StringComparison.Ordinal);
        var line = new StringBuilder();
        foreach (var character in text)
        {
            if (line.Length >= MostCharacters) return line.Append('…').ToString();
            line.Append(character switch
            {
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                // Also the marks that turn the direction of a text, and halves of characters.
                _ when char.IsControl(character) || char.IsSurrogate(character)
                    || char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator => $"\\u{(int)character:X4}",
                _ => character.ToString(),
            });
        }

        return line.ToString();
    }
}
