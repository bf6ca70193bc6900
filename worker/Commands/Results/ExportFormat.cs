using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Results;

/// <summary>The format of an export: of the rows of a view, or of whole jobs for another tool. All are streamed.</summary>
enum ExportFormat
{
    /// <summary>Rows: RFC 4180 with a header line.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>Rows: JSON Lines.</summary>
    [JsonStringEnumMemberName("jsonl")]
    Jsonl,

    /// <summary>Rows: Parquet, with types and column comments.</summary>
    [JsonStringEnumMemberName("parquet")]
    Parquet,

    /// <summary>Jobs: records of Every Eval Ever, two files a job in a folder.</summary>
    [JsonStringEnumMemberName("eee")]
    EveryEvalEver,

    /// <summary>Jobs: logs of Inspect, a file a job in a folder.</summary>
    [JsonStringEnumMemberName("inspect")]
    Inspect,

    /// <summary>Jobs: results for a model's page on the Hugging Face Hub, one file.</summary>
    [JsonStringEnumMemberName("hf")]
    Hub,
}
