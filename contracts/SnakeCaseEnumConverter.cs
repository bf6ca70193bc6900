using System.Text.Json;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>Writes enum members as the rest of the JSON is written: <c>BestOfN</c> is <c>"best_of_n"</c>; numbers are refused.</summary>
public sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
