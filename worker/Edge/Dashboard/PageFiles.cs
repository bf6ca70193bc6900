using System.Security.Cryptography;
using System.Text;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>
/// The page's style and script, which the page contains, and the policy that lets a browser use these two and nothing else.
/// </summary>
static class PageFiles
{
    public static readonly string Style = Read("page.css"), Script = Read("page.js");

    /// <summary>Of the style, as a policy names it.</summary>
    public static readonly string StyleHash = Hash(Style);

    /// <summary>
    /// Only the two inline texts with these hashes, no other origin, no frame around the page; the script may ask this worker, and the
    /// empty icon is a data URI.
    /// </summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; connect-src 'self'; img-src data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    // A browser hashes the text as it is in the page.
    static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    static string Read(string name)
    {
        using var reader = new StreamReader(typeof(PageFiles).Assembly.GetManifestResourceStream(typeof(PageFiles), name)!, Encoding.UTF8);
        // A browser turns every line end into a line feed before it hashes.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
