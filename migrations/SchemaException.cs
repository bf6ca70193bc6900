namespace RebaseBatch.Migrations;

/// <summary>The database's schema and the program do not match. The message is one sentence that says what to do.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);
