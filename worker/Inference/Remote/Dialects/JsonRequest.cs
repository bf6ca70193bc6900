using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>Writes the bodies of requests.</summary>
static class JsonRequest
{
    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static RemoteRequest Post(string path, Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, s_options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new(path, body.WrittenMemory);
    }

    public static void WriteIds(this Utf8JsonWriter json, string name, ReadOnlySpan<int> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids) json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    /// <summary>A list of one text, or an empty list.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, string name, string? text)
    {
        json.WriteStartArray(name);
        if (text is not null) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
