using System.Text.Json.Serialization;

namespace RebaseBatch.Inference.Catalog;

/// <summary>What a model is for.</summary>
enum ModelRole
{
    /// <summary>Samples steps.</summary>
    [JsonStringEnumMemberName("policy")]
    Policy,

    /// <summary>Scores steps.</summary>
    [JsonStringEnumMemberName("reward")]
    Reward,

    /// <summary>Embeds texts.</summary>
    [JsonStringEnumMemberName("embedding")]
    Embedding,
}
