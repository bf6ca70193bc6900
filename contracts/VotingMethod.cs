using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How the finished solutions of one problem become one answer (arXiv 2408.00724, section 2).</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<VotingMethod>))]
public enum VotingMethod
{
    /// <summary>The most frequent answer.</summary>
    Majority,

    /// <summary>The answer with the greatest sum of solution scores.</summary>
    Weighted,

    /// <summary>The answer of the solution with the greatest score.</summary>
    BestOfN,
}
