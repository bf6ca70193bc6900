using System.Text.Json.Serialization;

namespace RebaseBatch.Edge.Health;

/// <summary>The same dialect as the program's other JSON: snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthAnswer))]
sealed partial class HealthJson : JsonSerializerContext;
