using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Results;

/// <summary>A view whose rows can be exported by job.</summary>
enum ExportView
{
    [JsonStringEnumMemberName("jobs")]
    Jobs,

    [JsonStringEnumMemberName("answers")]
    Answers,

    [JsonStringEnumMemberName("candidates")]
    Candidates,

    [JsonStringEnumMemberName("nodes")]
    Nodes,

    [JsonStringEnumMemberName("usage")]
    Usage,

    [JsonStringEnumMemberName("accuracy")]
    Accuracy,

    [JsonStringEnumMemberName("cost")]
    Cost,

    [JsonStringEnumMemberName("leaderboard")]
    Leaderboard,
}
