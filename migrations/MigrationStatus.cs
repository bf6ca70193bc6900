namespace RebaseBatch.Migrations;

/// <summary>One line of <c>db status</c>.</summary>
/// <param name="Name">File name of the script, such as <c>0001_jobs.sql</c>.</param>
/// <param name="AppliedAt">Time of the database's clock; null when it has not run.</param>
public sealed record MigrationStatus(string Name, MigrationState State, DateTime? AppliedAt);
