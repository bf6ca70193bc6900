using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How a search spends its budget.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<SearchStrategy>))]
public enum SearchStrategy
{
    /// <summary>Reward balanced search (arXiv 2408.00724, section 3).</summary>
    Rebase,

    /// <summary>One chain at temperature 0, unscored.</summary>
    Greedy,
}
