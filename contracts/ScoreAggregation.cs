using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How the step scores along a solution become the solution's score.</summary>
[JsonConverter(typeof(StoredNameConverter<ScoreAggregation>))]
public enum ScoreAggregation
{
    [JsonStringEnumMemberName("last")]
    Last,

    [JsonStringEnumMemberName("min")]
    Min,

    [JsonStringEnumMemberName("mean")]
    Mean,

    [JsonStringEnumMemberName("product")]
    Product,
}
