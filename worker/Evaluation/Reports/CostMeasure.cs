using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>What counts as the cost of a problem.</summary>
enum CostMeasure
{
    /// <summary>2 × parameters × sampled tokens of the policy, as the paper counts.</summary>
    [JsonStringEnumMemberName("policy")]
    Policy,

    /// <summary>
    /// 2 × parameters × evaluated tokens of both models, prompts included; only of the policy if the vote needs no scores.
    /// </summary>
    [JsonStringEnumMemberName("total")]
    Total,

    /// <summary>Seconds a problem on one kind of machine, as <see cref="MeasuredSeconds"/> says.</summary>
    [JsonStringEnumMemberName("seconds")]
    Seconds,
}
