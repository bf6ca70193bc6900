using System.Text.Json.Serialization;

namespace RebaseBatch.Edge.Health;

/// <summary>Like the program's other JSON: snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthAnswer))]
sealed partial class HealthJson : JsonSerializerContext;
