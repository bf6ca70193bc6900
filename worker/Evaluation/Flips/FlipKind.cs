using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Which way a problem flipped from the first run to the second.</summary>
enum FlipKind
{
    /// <summary>Right in the first run only.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Right in the second run only.</summary>
    [JsonStringEnumMemberName("won")]
    Won,
}
