using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>Labels as a list of texts; a single text is read too.</summary>
sealed class LabelSetConverter : JsonConverter<LabelSet>
{
    public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonNode.Parse(ref reader) ?? throw new JsonException("labels can't be null here");
        var (labels, fault) = LabelSet.Read(value, "need");
        return labels ?? throw new JsonException(fault);
    }

    public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value.Texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
