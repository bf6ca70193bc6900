using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Output;

/// <summary>How a command writes the data that it reads.</summary>
enum OutputFormat
{
    /// <summary>For people.</summary>
    [JsonStringEnumMemberName("table")]
    Table,

    /// <summary>For programs: an object, or an array of objects.</summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>For programs and spreadsheets: RFC 4180 with a header line.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,
}
