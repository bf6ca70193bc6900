using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// The settings of a job as JSON, as command options, messages and sweeps give them: the one place that lays them over the defaults of
/// their preset and strategy. Pure.
/// </summary>
static class JobSettings
{
    const string NameSetting = "name";

    /// <summary>Every setting of <see cref="JobSpec"/> by its name in JSON.</summary>
    public static IReadOnlyDictionary<string, JsonPropertyInfo> All { get; } =
        ContractsJson.Default.JobSpec.Properties.ToDictionary(property => property.Name);

    /// <summary>
    /// Why the setting can't have this value; null if it can. <see cref="JobSpec.Faults"/> checks whether the value is within its range.
    /// </summary>
    public static string? FaultOf(string name, JsonNode? value)
    {
        var type = All[name].PropertyType;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            if (value is null) return plain == type && plain.IsValueType ? "it can't be empty" : null;
            if (plain == typeof(LabelSet)) return LabelSet.Read(value, "need").Fault;
            value.Deserialize(ContractsJson.Default.Options.GetTypeInfo(type));
            if (plain == typeof(string) && value.GetValue<string>().Contains('\0'))
                return "it has the character U+0000, which Postgres can't store";
            if (name == NameSetting && NameRule.FaultOf(value.GetValue<string>()) is { } fault) return fault;
            // Without a zone it would be taken in the zone of whichever machine reads it.
            return plain == typeof(DateTimeOffset) && !HasZone(value.GetValue<string>())
                ? $"'{value}' has no zone: write it as {TimeExample}, or with Z for UTC" : null;
        }
        catch (JsonException)
        {
            var given = value!.GetValueKind() is JsonValueKind.String ? $"'{value}'" : value.ToJsonString();
            return plain.IsEnum
                ? $"{given} is not one of {string.Join(", ", StoredNames.All(plain))}"
                : $"{given} is not {Kind(plain)}";
        }
    }

    /// <summary>The known name that is closest to a misspelt one, if it differs in at most two letters.</summary>
    public static string? Nearest(string name, IEnumerable<string> known) =>
        known.Select(other => (Name: other, Distance: Distance(name, other)))
            .Where(near => near.Distance <= 2).OrderBy(near => near.Distance).Select(near => near.Name).FirstOrDefault();

    /// <summary>A value as a setting of this name has it in JSON.</summary>
    /// <param name="value">Of the setting's type; null where the setting may be null.</param>
    public static JsonNode? Value(string name, object? value) =>
        JsonSerializer.SerializeToNode(value, ContractsJson.Default.Options.GetTypeInfo(All[name].PropertyType));

    /// <summary>A spec with these settings; one that is left out has the default of the preset and strategy.</summary>
    /// <param name="settings">Each is one of <see cref="All"/> without a fault, and the policy is among them.</param>
    public static JobSpec Spec(JsonObject settings)
    {
        var strategy = Enum<SearchStrategy>("strategy") ?? SearchStrategy.Rebase;
        if (Ignored(settings).Select(ignored => ignored.Name).ToList() is { Count: > 0 } without)
            settings = new(settings.Where(setting => !without.Contains(setting.Key))
                .Select(setting => KeyValuePair.Create(setting.Key, setting.Value?.DeepClone())));
        var scored = settings["reward"] is not null || strategy is not SearchStrategy.Sampling;
        var defaults = JobSpec.DefaultsOf(Enum<Preset>("preset") ?? Preset.Corrected, strategy, scored);
        // To name the model is to choose the key.
        if (settings["embedding_model"] is not null) defaults = defaults with { DoraKey = DirectionKey.Embedding };
        var type = ContractsJson.Default.JobSpec;
        return Merge(JsonSerializer.SerializeToNode(defaults, type)!.AsObject(), settings).Deserialize(type)!;

        T? Enum<T>(string name) where T : struct => (T?)settings[name]?.Deserialize(ContractsJson.Default.Options.GetTypeInfo(typeof(T)));
    }

    /// <summary>
    /// The settings that <see cref="Spec"/> leaves out, each with a sentence that says why. Greedy search is one chain without scores: a
    /// reward model or a width that it is given, as in a loop over strategies, changes nothing of the job.
    /// </summary>
    public static IEnumerable<(string Name, string Why)> Ignored(JsonObject settings)
    {
        if ((string?)settings["strategy"] != StoredNames.Of(SearchStrategy.Greedy)) yield break;
        if (settings["reward"] is not null) yield return ("reward", "greedy search scores nothing: the reward model is ignored");
        if (settings["width"] is { } width && !JsonNode.DeepEquals(width, Value("width", 1)))
            yield return ("width", $"greedy search has width 1: the width {width.ToJsonString()} is ignored");
    }

    /// <summary>The settings of both; where both have one, the second's value.</summary>
    public static JsonObject Merge(JsonObject first, JsonObject second)
    {
        var both = first.DeepClone().AsObject();
        foreach (var (name, value) in second) both[name] = value?.DeepClone();
        return both;
    }

    const string TimeExample = "2026-11-21T07:00+01:00";

    static bool HasZone(string time) => time.EndsWith('Z') || time.LastIndexOfAny(['+', '-']) > time.IndexOf('T') && time.Contains('T');

    static string Kind(Type type) => type switch
    {
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "a text",
        _ => $"a time such as {TimeExample}",
    };

    /// <summary>How many letters must be inserted, removed or changed to turn one text into the other (V. I. Levenshtein, 1966).</summary>
    static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), changed));
            }
        }

        return row[other.Length];
    }
}
