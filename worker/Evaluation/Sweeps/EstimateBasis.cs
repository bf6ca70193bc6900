using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>What an estimate is based on.</summary>
enum EstimateBasis
{
    /// <summary>Jobs with the same models, strategy and width.</summary>
    [JsonStringEnumMemberName("same_width")]
    SameWidth,

    /// <summary>Jobs with the same models and strategy, scaled from the nearest width.</summary>
    [JsonStringEnumMemberName("other_width")]
    OtherWidth,

    /// <summary>Jobs with the same models and another strategy, scaled by width.</summary>
    [JsonStringEnumMemberName("other_strategy")]
    OtherStrategy,

    /// <summary>No similar job: the longest solutions that the settings allow, an upper bound.</summary>
    [JsonStringEnumMemberName("limits")]
    Limits,
}
