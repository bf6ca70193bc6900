using System.Text.Json.Serialization;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Like the program's other JSON: snake_case, enums by name, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WorkerStatus))]
[JsonSerializable(typeof(FleetStatus))]
sealed partial class DashboardJson : JsonSerializerContext;
