using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>What is posted to an address.</summary>
enum NotificationForm
{
    /// <summary>The verdict as JSON, signed as Standard Webhooks says.</summary>
    [JsonStringEnumMemberName("webhook")]
    Webhook,

    /// <summary>A message for an incoming webhook of Slack, in blocks.</summary>
    [JsonStringEnumMemberName("slack")]
    Slack,

    /// <summary>An Adaptive Card for a workflow of Teams that begins with a webhook.</summary>
    [JsonStringEnumMemberName("teams")]
    Teams,
}
