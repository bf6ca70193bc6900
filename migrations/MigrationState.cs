using System.Text.Json.Serialization;

namespace RebaseBatch.Migrations;

/// <summary>The state of one script in one database.</summary>
public enum MigrationState
{
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>The program knows it; it has not run here.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>It ran here with a text that differs from the program's. For views.sql that only means that it must run again.</summary>
    [JsonStringEnumMemberName("edited")]
    Edited,

    /// <summary>A newer program, with more scripts than this one, ran it here.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
