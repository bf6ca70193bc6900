using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Results;

/// <summary>How an export is written: a row a line, so that any number streams.</summary>
enum ExportFormat
{
    /// <summary>RFC 4180 with a header line.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>JSON Lines.</summary>
    [JsonStringEnumMemberName("jsonl")]
    Jsonl,
}
