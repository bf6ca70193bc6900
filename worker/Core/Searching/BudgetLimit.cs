using System.Text.Json.Serialization;

namespace RebaseBatch.Core.Searching;

/// <summary>Which limit of a <see cref="SearchBudget"/> was reached.</summary>
enum BudgetLimit
{
    [JsonStringEnumMemberName("sampled_tokens")]
    SampledTokens,

    [JsonStringEnumMemberName("flops")]
    Flops,

    [JsonStringEnumMemberName("seconds")]
    Seconds,

    [JsonStringEnumMemberName("deadline")]
    Deadline,
}
