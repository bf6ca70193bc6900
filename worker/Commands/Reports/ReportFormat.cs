using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Reports;

/// <summary>What <c>rebase report</c> writes.</summary>
enum ReportFormat
{
    /// <summary>A page with charts.</summary>
    [JsonStringEnumMemberName("html")]
    Html,

    /// <summary>A short text for a pull request.</summary>
    [JsonStringEnumMemberName("markdown")]
    Markdown,
}
