using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts.Gates;

/// <summary>Whether a cell can stop a release.</summary>
[JsonConverter(typeof(StoredNameConverter<CellTier>))]
public enum CellTier
{
    /// <summary>It can, and it must be there.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,

    /// <summary>A drop is told, and stops nothing.</summary>
    [JsonStringEnumMemberName("advisory")]
    Advisory,
}
