namespace RebaseBatch.Platform.Postgres;

/// <summary>PostgreSQL's text can't contain U+0000, and a model may sample it.</summary>
static class PostgresText
{
    /// <summary>The text with U+FFFD in place of every U+0000; the same string when there is none.</summary>
    public static string Clean(string text) => text.Contains('\0') ? text.Replace('\0', '\uFFFD') : text;
}
