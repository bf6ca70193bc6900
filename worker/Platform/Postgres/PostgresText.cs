namespace RebaseBatch.Platform.Postgres;

/// <summary>PostgreSQL's text can't hold U+0000, which a model may well sample.</summary>
static class PostgresText
{
    /// <summary>The text with U+FFFD for every U+0000; the same string when there is none.</summary>
    public static string Clean(string text) => text.Contains('\0') ? text.Replace('\0', '\uFFFD') : text;
}
