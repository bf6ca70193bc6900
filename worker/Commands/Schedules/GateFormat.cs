using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Schedules;

/// <summary>How a gate's policy is written; both can be read again.</summary>
enum GateFormat
{
    [JsonStringEnumMemberName("yaml")]
    Yaml,

    [JsonStringEnumMemberName("json")]
    Json,
}
