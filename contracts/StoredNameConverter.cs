using System.Text.Json;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// Writes and reads enum members in JSON by their <see cref="StoredNames"/>. Numbers are refused, and so are hyphens: only command lines
/// have them, and a job message with one would fit neither its schema nor an older worker.
/// </summary>
public sealed class StoredNameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && reader.GetString()! is var name && !name.Contains('-', StringComparison.Ordinal)
        && StoredNames.TryParse<T>(name, out var member)
            ? member
            : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(StoredNames.Of(value));
}
