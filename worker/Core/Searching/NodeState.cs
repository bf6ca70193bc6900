using System.Text.Json.Serialization;

namespace RebaseBatch.Core.Searching;

/// <summary>The state of a node of the search tree. Stored by number: never renumber. People read the names.</summary>
enum NodeState
{
    /// <summary>A step that may be continued.</summary>
    [JsonStringEnumMemberName("open")]
    Open = 0,

    /// <summary>The last step of a finished solution: a candidate for the vote.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished = 1,

    /// <summary>Ended by a limit (depth, tokens, context) before the solution did: neither continued nor voting.</summary>
    [JsonStringEnumMemberName("exhausted")]
    Exhausted = 2,

    /// <summary>
    /// Authors' preset only: the step has no score and is treated as if it did not exist. It is neither continued nor voting, and its place
    /// in the width is given to another. Its tokens count.
    /// </summary>
    [JsonStringEnumMemberName("dropped")]
    Dropped = 3,

    /// <summary>
    /// A step of a rollout that goes on (<see cref="LookaheadSearch"/>). A rollout only judges the step that it starts from: none of its
    /// steps is continued by the search or votes. Their tokens count.
    /// </summary>
    [JsonStringEnumMemberName("rollout")]
    Rollout = 4,

    /// <summary>The last step of a rollout: its reward is that of the step from which the rollout starts.</summary>
    [JsonStringEnumMemberName("rollout_end")]
    RolloutEnd = 5,
}
