using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Results;

/// <summary>The format of an export. Both write one line per row, so rows can be streamed.</summary>
enum ExportFormat
{
    /// <summary>RFC 4180 with a header line.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>JSON Lines.</summary>
    [JsonStringEnumMemberName("jsonl")]
    Jsonl,
}
