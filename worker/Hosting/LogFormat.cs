using System.Text.Json.Serialization;

namespace RebaseBatch.Hosting;

/// <summary>How a worker writes its log to stderr.</summary>
enum LogFormat
{
    /// <summary>One line per entry, for people.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>One JSON object per line, with its scopes, for log collectors.</summary>
    [JsonStringEnumMemberName("json")]
    Json,
}
