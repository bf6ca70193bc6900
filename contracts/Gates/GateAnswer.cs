using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts.Gates;

/// <summary>What a gate says of a run, or of a cell of it, from the best to the worst.</summary>
[JsonConverter(typeof(StoredNameConverter<GateAnswer>))]
public enum GateAnswer
{
    /// <summary>No significant drop, and one of the stated size would have been seen.</summary>
    [JsonStringEnumMemberName("pass")]
    Pass,

    /// <summary>A significant drop within the tolerance, or a drop in an advisory cell.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>No significant drop, and one of the stated size would not have been seen either.</summary>
    [JsonStringEnumMemberName("inconclusive")]
    Inconclusive,

    /// <summary>There is nothing that can be compared, or it ran on another engine.</summary>
    [JsonStringEnumMemberName("incomparable")]
    Incomparable,

    /// <summary>A significant drop beyond the tolerance.</summary>
    [JsonStringEnumMemberName("block")]
    Block,

    /// <summary>The newest due run is not finished, or too old. Only a question at a moment is answered so; it is never stored.</summary>
    [JsonStringEnumMemberName("stale")]
    Stale,
}
