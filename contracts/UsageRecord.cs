using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>One line of usage.jsonl: what one problem cost, the sum over its stored nodes.</summary>
public sealed record UsageRecord
{
    public required string CustomId { get; init; }
    public required long JobId { get; init; }
    public required int BatchNo { get; init; }

    public ModelUsage Policy { get; init; } = new();

    /// <summary>Null for a search without a reward model.</summary>
    public ModelUsage? Reward { get; init; }

    /// <summary>
    /// Null, and left out of files, for a search without an embedding model. Such a model has no prompt, and it reads each text whole: of
    /// its tokens only the evaluated and the discarded ones are not 0.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelUsage? Embedding { get; init; }

    /// <summary>2 × parameters × sampled tokens of the policy: the paper's column.</summary>
    public double PolicyFlops { get; init; }

    /// <summary>2 × parameters × evaluated tokens, all models together.</summary>
    public double TotalFlops { get; init; }

    /// <summary>Seconds from the search's start to its end, without the time between attempts.</summary>
    public double WallSeconds { get; init; }

    /// <summary>
    /// An estimate of the tokens that the search did not sample because its vote was decided; 0 for any other end.
    /// </summary>
    public long SavedTokensEstimate { get; init; }

    /// <summary>Stored steps of its search.</summary>
    public int Nodes { get; init; }

    /// <summary>
    /// Number of the claim of the problem's batch that gave this result, from 1. Claims that a draining worker gave back do not count.
    /// </summary>
    public int Attempts { get; init; }

    /// <summary>
    /// What its stored steps were sampled on: more than one if attempts on different machines shared the search. Null for a result that is
    /// older than this information.
    /// </summary>
    public IReadOnlyList<RunEnvironment>? Environments { get; init; }
}
