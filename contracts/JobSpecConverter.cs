using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// Reads a spec, and gives settings that it lacks the defaults of its preset. A generated reader sets every init-only property: one that
/// the text lacks becomes 0 instead of keeping its initial value. A job from before a setting existed would then run with 0.
/// </summary>
sealed class JobSpecConverter : JsonConverter<JobSpec>
{
    public override JobSpec? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var type = ContractsJson.Default.JobSpec;
        var stored = JsonNode.Parse(ref reader)?.AsObject();
        var preset = stored?["preset"]?.Deserialize(ContractsJson.Default.Preset) ?? Preset.Corrected;
        var whole = JsonSerializer.SerializeToNode(JobSpec.DefaultsOf(preset), type)!.AsObject();
        foreach (var required in type.Properties.Where(property => property.IsRequired)) whole.Remove(required.Name);
        foreach (var (name, value) in stored ?? [])
        {
            // A newer version stored it. A job that ran without it would have other results than it asks for.
            if (type.Properties.All(property => property.Name != name))
                throw new JsonException($"this version does not know the setting '{name}'", $"$.{name}", null, null);
            whole[name] = value?.DeepClone();
        }

        return whole.Deserialize(type);
    }

    public override void Write(Utf8JsonWriter writer, JobSpec value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, ContractsJson.Default.JobSpec);
}
