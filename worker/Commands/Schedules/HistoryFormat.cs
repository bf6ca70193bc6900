using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Schedules;

/// <summary>What <c>rebase schedules history</c> writes.</summary>
enum HistoryFormat
{
    /// <summary>A page with charts.</summary>
    [JsonStringEnumMemberName("html")]
    Html,

    /// <summary>An array with an object for each night and cell.</summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>A line for each night and cell.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,
}
