using System.Text.Json.Serialization;

namespace RebaseBatch.Platform.Remote;

/// <summary>The format of the file beside a part file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PartState))]
sealed partial class PartStateJson : JsonSerializerContext;
