using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// How many solutions of one problem ended without an answer, by the way in which they ended. Each number has the name of its
/// <see cref="UnansweredCause"/>. A solution that gave an answer counts nowhere.
/// </summary>
public sealed record SolutionEnds
{
    /// <summary>Finished solutions in which no answer was found.</summary>
    public int NoAnswerFound { get; init; }

    /// <summary>Cut off at the most tokens of a solution.</summary>
    public int SolutionTokens { get; init; }

    /// <summary>Cut off at the most steps of a solution.</summary>
    public int Depth { get; init; }

    /// <summary>Cut off at the most tokens of a step; authors' preset only.</summary>
    public int StepTokens { get; init; }

    /// <summary>Ended by the policy's context.</summary>
    public int PolicyContext { get; init; }

    /// <summary>Ended because the reward model's context could not hold a step.</summary>
    public int RewardContext { get; init; }

    /// <summary>Could have been continued when the search ended early.</summary>
    public int EndedEarly { get; init; }

    /// <summary>All of them.</summary>
    [JsonIgnore]
    public int Sum => NoAnswerFound + SolutionTokens + Depth + StepTokens + PolicyContext + RewardContext + EndedEarly;

    /// <summary>How many ended in this way; 0 for a cause that is none of a single solution.</summary>
    public int Of(UnansweredCause cause) => cause switch
    {
        UnansweredCause.NoAnswerFound => NoAnswerFound,
        UnansweredCause.SolutionTokens => SolutionTokens,
        UnansweredCause.Depth => Depth,
        UnansweredCause.StepTokens => StepTokens,
        UnansweredCause.PolicyContext => PolicyContext,
        UnansweredCause.RewardContext => RewardContext,
        UnansweredCause.EndedEarly => EndedEarly,
        _ => 0,
    };
}
