using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using RebaseBatch.Contracts;

namespace RebaseBatch.Sweeps;

/// <summary>The settings of jobs that a sweep may give: all of <see cref="JobSpec"/> but what it crosses.</summary>
static class SweepSettings
{
    static readonly string[] s_crossed = ["name", "policy", "reward", "strategy", "width", "seed"];

    public static IReadOnlyDictionary<string, JsonPropertyInfo> All { get; } = ContractsJson.Default.JobSpec.Properties
        .Where(property => !s_crossed.Contains(property.Name)).ToDictionary(property => property.Name);

    public static IReadOnlyCollection<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Why the value can't be that setting's; null when it can. Whether it is within its range is the plan's question.</summary>
    public static string? FaultOf(string name, JsonNode? value)
    {
        var type = All[name].PropertyType;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            if (value is null) return plain == type ? "it can't be empty" : null;
            value.Deserialize(ContractsJson.Default.Options.GetTypeInfo(type));
            return null;
        }
        catch (JsonException)
        {
            var given = value!.GetValueKind() is JsonValueKind.String ? $"'{value}'" : value.ToJsonString();
            return plain.IsEnum
                ? $"{given} is not one of {string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}"
                : $"{given} is not {Kind(plain)}";
        }
    }

    static string Kind(Type type) => type switch
    {
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ => "a time such as 2026-11-21T07:00+01:00",
    };

    /// <summary>How many letters must be put in, left out or changed to make one of the other (V. I. Levenshtein, 1966).</summary>
    public static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
        }

        return row[other.Length];
    }
}
