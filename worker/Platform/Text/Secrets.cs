using System.Data.Common;

namespace RebaseBatch.Platform.Text;

/// <summary>Shows a connection string without its secrets.</summary>
static class Secrets
{
    public const string Masked = "***";

    static readonly string[] s_words = ["password", "passwd", "pwd", "secret", "key", "token", "signature", "sas"];

    /// <summary>The same string with the values of secret keywords masked; entirely masked when it can't be parsed.</summary>
    public static string Mask(string connectionString)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            return Masked;
        }
        foreach (var key in parts.Keys.Cast<string>().ToList())
        {
            if (s_words.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase))) parts[key] = Masked;
        }
        return parts.ConnectionString;
    }
}
