using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>What makes two steps the same direction of DORA.</summary>
[JsonConverter(typeof(StoredNameConverter<DirectionKey>))]
public enum DirectionKey
{
    /// <summary>The same words, whatever their case and spacing.</summary>
    [JsonStringEnumMemberName("step")]
    Step,

    /// <summary>The same equations and numbers, whatever the words around them.</summary>
    [JsonStringEnumMemberName("equations")]
    Equations,

    /// <summary>As near as the cosine of the embeddings of both whole texts says, by a third model.</summary>
    [JsonStringEnumMemberName("embedding")]
    Embedding,
}
