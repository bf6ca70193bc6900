using System.Text.Json.Serialization;

namespace RebaseBatch.Sources;

/// <summary>The format of the file beside a part file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PartState))]
sealed partial class PartStateJson : JsonSerializerContext;
