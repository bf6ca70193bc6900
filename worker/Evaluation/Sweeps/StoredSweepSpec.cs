using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>
/// Reads the sweep of a schedule as it is stored. A key or a value that this version does not know makes the whole sweep unreadable: a run
/// without it would be another evaluation. Pure.
/// </summary>
static class StoredSweepSpec
{
    static readonly JsonSerializerOptions s_strict = new(ContractsJson.Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The sweep, or why it can't be read; one of the two is null.</summary>
    public static (SweepSpec? Sweep, string? Unreadable) Read(string json)
    {
        try
        {
            if (JsonSerializer.Deserialize<SweepSpec>(json, s_strict) is not { } sweep) return (null, StoredSpec.Sentence(null));
            var unknown = sweep.Strategies.Select(strategy => strategy.Settings).Append(sweep.Settings).Select(Unknown)
                .FirstOrDefault(name => name is not null);
            return unknown is null ? (sweep, null) : (null, StoredSpec.Sentence($"$.{unknown}"));
        }
        catch (JsonException e)
        {
            return (null, StoredSpec.Sentence(e.Path));
        }
    }

    /// <summary>The first setting that is not known, or has a value that is not; null for none.</summary>
    static string? Unknown(JsonObject settings)
    {
        foreach (var (name, value) in settings)
            if (!JobSettings.All.ContainsKey(name) || JobSettings.FaultOf(name, value) is not null) return name;
        return null;
    }
}
