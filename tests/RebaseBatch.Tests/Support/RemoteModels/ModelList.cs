using System.Text.Json;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>The list of models that all these servers answer, in OpenAI's form, with the one model of this server.</summary>
static class ModelList
{
    /// <param name="owner">What the server calls itself.</param>
    /// <param name="own">Writes the fields that only this server has.</param>
    public static void WriteModelList(this Utf8JsonWriter json, ServedIdentity identity, string owner, Action own)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("id", identity.Model);
        json.WriteString("object", "model");
        json.WriteNumber("created", 1_780_000_000);
        json.WriteString("owned_by", owner);
        own();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
