using System.Text.RegularExpressions;

namespace RebaseBatch.Platform.Text;

/// <summary>Shows a URI without its secrets: a signature in its query, a password before its host.</summary>
static partial class MaskedUri
{
    const string Masked = "***";

    public static bool IsUri(string text) =>
        text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// An http or https URI, even a malformed one, with everything after its question mark and before its host masked; any other text
    /// unchanged.
    /// </summary>
    public static string Of(string text)
    {
        if (!IsUri(text)) return text;
        if (text.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query) text = $"{text[..query]}?{Masked}";
        var host = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.IndexOfAny(['/', '?', '#', '\\'], host) is >= 0 and var found ? found : text.Length;
        var user = text.LastIndexOf('@', end - 1, end - host);
        return user < 0 ? text : $"{text[..host]}{Masked}{text[user..]}";
    }

    /// <summary>The value of a setting that may hold one URI or several, masked in this way.</summary>
    public static string OfSetting(string text) => User().Replace(Of(text), $"://{Masked}@");

    /// <summary>A text with each http or https URI in it masked in this way. The text may be JSON, whose slashes may be escaped.</summary>
    public static string Within(string text) => Uri().Replace(text, match => Of(match.Value.Replace("\\/", "/", StringComparison.Ordinal)));

    [GeneratedRegex(@"://[^/?#\s]*@", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex User();

    [GeneratedRegex("""https?:(\\?/){2}[^\s"'<>]*""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Uri();
}
