namespace RebaseBatch.Migrations;

/// <summary>A row of <c>schema_migrations</c>.</summary>
sealed record AppliedScript(int Id, string Name, string Checksum, DateTime AppliedAt);
