using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>Which version of REBASE a job runs: the code of the paper's authors and this program differ in some places.</summary>
[JsonConverter(typeof(StoredNameConverter<Preset>))]
public enum Preset
{
    /// <summary>This program's own rules: exact allocation, answers compared by value, no step dropped silently.</summary>
    [JsonStringEnumMemberName("corrected")]
    Corrected,

    /// <summary>
    /// The authors' code (thu-wyz/inference_scaling) as it behaves, bugs included; for the strategy rebase only.
    /// Searching/Authors/README.md of the worker lists each difference.
    /// </summary>
    [JsonStringEnumMemberName("authors")]
    Authors,
}
