using System.Text.Json.Serialization;

namespace RebaseBatch.Migrations;

/// <summary>Where one script stands in one database.</summary>
public enum MigrationState
{
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>Known to the program, not yet run here.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Run here with a text that differs from the program's; for views.sql that only means it is due again.</summary>
    [JsonStringEnumMemberName("edited")]
    Edited,

    /// <summary>Run here by a program that knows more scripts than this one.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
