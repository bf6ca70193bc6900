using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// Why a problem has no answer although its search did not fail: how most of its solutions ended. A solution is a path through the tree.
/// </summary>
[JsonConverter(typeof(StoredNameConverter<UnansweredCause>))]
public enum UnansweredCause
{
    /// <summary>Solutions finished, and no answer was found in them.</summary>
    [JsonStringEnumMemberName("no_answer_found")]
    NoAnswerFound,

    /// <summary>Solutions were cut off at the job's <see cref="JobSpec.MaxSolutionTokens"/>.</summary>
    [JsonStringEnumMemberName("solution_tokens")]
    SolutionTokens,

    /// <summary>Solutions were cut off at the job's <see cref="JobSpec.MaxDepth"/>.</summary>
    [JsonStringEnumMemberName("depth")]
    Depth,

    /// <summary>
    /// Authors' preset only: steps were cut off at the job's <see cref="JobSpec.MaxStepTokens"/>, and such a step is dropped.
    /// </summary>
    [JsonStringEnumMemberName("step_tokens")]
    StepTokens,

    /// <summary>Solutions filled the policy's context.</summary>
    [JsonStringEnumMemberName("policy_context")]
    PolicyContext,

    /// <summary>Steps did not fit the reward model's context. They have no score, so their solutions were not continued.</summary>
    [JsonStringEnumMemberName("reward_context")]
    RewardContext,

    /// <summary>The search ended early, before a solution finished: <see cref="AnswerRecord.EndedBy"/> says why.</summary>
    [JsonStringEnumMemberName("ended_early")]
    EndedEarly,

    /// <summary>The search was complete, and no solution had finished: the strategy left them all.</summary>
    [JsonStringEnumMemberName("none_finished")]
    NoneFinished,

    /// <summary>The answer is of a version that stored no cause.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
