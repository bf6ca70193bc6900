using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How REBASE turns softmax shares of the budget into whole numbers of children.</summary>
[JsonConverter(typeof(StoredNameConverter<Allocation>))]
public enum Allocation
{
    /// <summary>The authors' code: by descending score, the ceiling of each node's share of the rest.</summary>
    [JsonStringEnumMemberName("ceil")]
    Ceil,

    /// <summary>The paper's formula: W_j = Round(B · softmax(R / T_b)_j).</summary>
    [JsonStringEnumMemberName("round")]
    Round,
}
