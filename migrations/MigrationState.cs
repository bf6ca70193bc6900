namespace RebaseBatch.Migrations;

/// <summary>Where one script stands in one database.</summary>
public enum MigrationState
{
    Applied,

    /// <summary>Known to the program, not yet run here.</summary>
    Pending,

    /// <summary>Run here with a text that differs from the program's; for views.sql that only means it is due again.</summary>
    Edited,

    /// <summary>Run here by a program that knows more scripts than this one.</summary>
    Unknown,
}
