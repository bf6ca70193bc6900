using System.Text.Json;
using System.Text.Json.Serialization;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>Policies and verdicts as they are stored. Pure.</summary>
static class StoredGate
{
    // A policy without a key that this version does not know would be another gate.
    static readonly JsonSerializerOptions s_strict = new(ContractsJson.Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <param name="json"><c>schedules.gate</c>; null: the defaults.</param>
    /// <exception cref="UserException">BadInput: a newer version stored it.</exception>
    public static GatePolicy PolicyOf(string schedule, string? json)
    {
        if (json is null) return new();
        try
        {
            return JsonSerializer.Deserialize<GatePolicy>(json, s_strict) ?? new();
        }
        catch (JsonException e)
        {
            throw new UserException(ExitCode.BadInput, $"the gate of the schedule '{schedule}' {StoredSpec.Sentence(e.Path)}: use that "
                + "version for it, or replace it with 'rebase schedules gate --replace'");
        }
    }

    public static string Of(GatePolicy policy) => JsonSerializer.Serialize(policy, ContractsJson.Default.GatePolicy);

    public static string Of(GateVerdict verdict) => JsonSerializer.Serialize(verdict, ContractsJson.Default.GateVerdict);

    /// <returns>Null: there is none, or a newer version stored it and this one can't read it.</returns>
    public static GateVerdict? VerdictOf(string? json)
    {
        if (json is null) return null;
        try
        {
            return JsonSerializer.Deserialize(json, ContractsJson.Default.GateVerdict);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
