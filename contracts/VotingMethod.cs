using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How the finished solutions of one problem become one answer (arXiv 2408.00724, section 2).</summary>
[JsonConverter(typeof(StoredNameConverter<VotingMethod>))]
public enum VotingMethod
{
    /// <summary>The most frequent answer.</summary>
    [JsonStringEnumMemberName("majority")]
    Majority,

    /// <summary>The answer with the greatest sum of solution scores.</summary>
    [JsonStringEnumMemberName("weighted")]
    Weighted,

    /// <summary>The answer of the solution with the greatest score.</summary>
    [JsonStringEnumMemberName("best_of_n")]
    BestOfN,
}
