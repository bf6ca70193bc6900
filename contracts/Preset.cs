using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>Whose REBASE a job runs, where the paper's authors' code and this program differ.</summary>
[JsonConverter(typeof(StoredNameConverter<Preset>))]
public enum Preset
{
    /// <summary>This program's own rules: exact allocation, answers compared by value, nothing dropped unseen.</summary>
    [JsonStringEnumMemberName("corrected")]
    Corrected,

    /// <summary>
    /// The authors' code (thu-wyz/inference_scaling) as it behaves, bugs included; for the strategy rebase only. Searching/Authors/README.md
    /// of the worker lists each difference.
    /// </summary>
    [JsonStringEnumMemberName("authors")]
    Authors,
}
