using System.Text.Json.Serialization;

namespace RebaseBatch.Hosting;

/// <summary>How a worker writes its log to stderr.</summary>
enum LogFormat
{
    /// <summary>One line an entry, for people.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>One JSON object a line with its scopes, for collectors.</summary>
    [JsonStringEnumMemberName("json")]
    Json,
}
