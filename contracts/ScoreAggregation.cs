using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How the step scores along a solution become the solution's score.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ScoreAggregation>))]
public enum ScoreAggregation { Last, Min, Mean, Product }
