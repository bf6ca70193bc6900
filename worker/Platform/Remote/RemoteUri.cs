using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// The http or https address of a file. Its query may be a signature: show only <see cref="ToString"/> and <see cref="Name"/>.
/// </summary>
sealed record RemoteUri
{
    const string Sha256Mark = "sha256=";

    RemoteUri(Uri address, string? sha256) => (Address, Sha256) = (address, sha256);

    /// <summary>The address to request, with its query and without its fragment.</summary>
    public Uri Address { get; }

    /// <summary>
    /// SHA-256 of the file as the fragment states it (<c>#sha256=...</c>), lower-case hex; of a split model one for each part, with commas
    /// between them. Null when there is none.
    /// </summary>
    public string? Sha256 { get; }

    /// <summary>Whether the address has a query, which may be a signature.</summary>
    public bool HasQuery => Address.Query.Length > 0;

    /// <summary>The file's name: the last segment of the path.</summary>
    public string Name => Path.GetFileName(Uri.UnescapeDataString(Address.Segments[^1]));

    public static bool Is(string text) => MaskedUri.IsUri(text);

    /// <exception cref="UserException">BadInput: it is not the address of a file, or its fragment is not a SHA-256.</exception>
    public static RemoteUri Parse(string text)
    {
        var shown = MaskedUri.Of(text);
        if (!Is(text) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new UserException(ExitCode.BadInput, $"'{shown}' is not a usable address: write it as https://host/folder/file");
        if (uri.UserInfo.Length > 0) throw new UserException(
            ExitCode.BadInput, $"{shown} contains a user or a password: remove it from the address");
        var parsed = new RemoteUri(new(uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)), Stated(uri.Fragment, shown));
        return parsed.Name.Length > 0 ? parsed : throw new UserException(
            ExitCode.BadInput, $"{shown} is the address of a folder: name a file in it");
    }

    /// <summary>The address without its query, which may be a signature: the form to store.</summary>
    public string Bare => Address.GetLeftPart(UriPartial.Path);

    /// <summary>The address of another file in the same folder, with the same query, and without a SHA-256.</summary>
    public RemoteUri WithName(string name) => new(new UriBuilder(Address)
    {
        Path = string.Concat([.. Address.Segments[..^1], Uri.EscapeDataString(name)]),
    }.Uri, null);

    /// <summary>The name of the file at that path or address, however malformed.</summary>
    public static string NameOf(string pathOrUri) => Is(pathOrUri)
        ? Path.GetFileName(Uri.UnescapeDataString(pathOrUri.Split('?', '#')[0])) : Path.GetFileName(pathOrUri);

    /// <summary>The path as it is, or the address without query and fragment, and with a masked password, however malformed.</summary>
    public static string PathOf(string pathOrUri) => Is(pathOrUri) ? MaskedUri.Of(pathOrUri.Split('?', '#')[0]) : pathOrUri;

    /// <summary>Whether the text is a SHA-256 in hex.</summary>
    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    /// <summary>The address without fragment, its query masked.</summary>
    public override string ToString() => MaskedUri.Of(Address.AbsoluteUri);

    static string? Stated(string fragment, string shown)
    {
        if (fragment.Length <= 1) return null;
        var text = fragment[1..];
        return text.StartsWith(Sha256Mark, StringComparison.OrdinalIgnoreCase) && text[Sha256Mark.Length..].Split(',').All(IsSha256)
            ? text[Sha256Mark.Length..].ToLowerInvariant()
            : throw new UserException(
                ExitCode.BadInput, $"the part after # in {shown} is not a SHA-256: write it as #sha256= and 64 hex digits, or remove it");
    }
}
