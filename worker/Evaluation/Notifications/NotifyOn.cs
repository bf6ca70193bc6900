using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>Which verdicts are told.</summary>
enum NotifyOn
{
    /// <summary>Each that is no PASS, and the first PASS after one that was told.</summary>
    [JsonStringEnumMemberName("not_pass")]
    NotPass,

    /// <summary>Each.</summary>
    [JsonStringEnumMemberName("any")]
    Any,
}
