using System.Text.Json.Serialization;

namespace RebaseBatch.Durable.Results;

/// <summary>What came of a problem. Each problem has exactly one of these.</summary>
enum ProblemVerdict
{
    /// <summary>It has no result yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("right")]
    Right,

    /// <summary>It has an answer, which is not right.</summary>
    [JsonStringEnumMemberName("wrong")]
    Wrong,

    /// <summary>Its search ended, and no solution has an answer. It counts as not right.</summary>
    [JsonStringEnumMemberName("unanswered")]
    Unanswered,

    /// <summary>Its result is an error, and no accuracy counts it.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It has an answer, and its dataset has no right answer for it.</summary>
    [JsonStringEnumMemberName("ungraded")]
    Ungraded,
}
