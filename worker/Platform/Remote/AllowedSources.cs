using System.Net;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// From where files may be taken that somebody else names. Addresses of this machine and of its own network are open only to entries that
/// name them: else a job could make a worker ask services that trust it. Immutable.
/// </summary>
sealed class AllowedSources
{
    const string Everything = "*";

    readonly string[] _entries;
    readonly BlobAccount? _account;
    readonly HashSet<string> _named;
    readonly HashSet<string> _hosts;

    AllowedSources(string[] entries, BlobAccount? account, IReadOnlyCollection<string> named, IEnumerable<string> configured)
    {
        (_entries, _account, _named) = (entries, account, [.. named]);
        _hosts = new(entries.Concat(named).Concat(configured).Select(HostOf).OfType<string>(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>For what the local user names himself: everything, and no address is checked.</summary>
    public static AllowedSources Any { get; } = new([Everything], null, [], []) { IsUnchecked = true };

    /// <summary>Whether the user himself names the files: then he may be told what lies there.</summary>
    public bool IsUnchecked { get; private init; }

    /// <param name="list">As <see cref="SourceOptions.Models"/> has it.</param>
    /// <param name="isOwnWork">
    /// Whether nobody but this user can hand out work. Without a list everything is allowed then, and otherwise only blobs of the account.
    /// </param>
    /// <param name="named">What the local user names himself, which needs no entry.</param>
    /// <param name="configured">Locations of the configuration: they need no entry, and their hosts may be in this network.</param>
    public static AllowedSources Of(
        string list, bool isOwnWork, BlobAccount? account, IReadOnlyCollection<string> named, IEnumerable<string> configured)
    {
        var entries = Entries(list);
        return entries.Length > 0 ? new(entries, null, named, configured)
            : new(isOwnWork ? [Everything] : [], account, named, configured);
    }

    public static string[] Entries(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static bool IsEntry(string entry) => entry == Everything || Path.IsPathFullyQualified(entry)
        || (RemoteUri.Is(entry)
            ? Uri.TryCreate(entry, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" }
            : Uri.CheckHostName(entry) is not UriHostNameType.Unknown);

    /// <summary>Whether a file may be taken from that path or address.</summary>
    public bool Allows(string location)
    {
        if (_named.Contains(location)) return true;
        if (RemoteUri.Is(location))
            return Uri.TryCreate(location, UriKind.Absolute, out var uri)
                && (_account?.Owns(new(uri.GetLeftPart(UriPartial.Path))) is true || _entries.Any(entry => Allows(entry, uri)));
        var path = Path.GetFullPath(location);
        return _entries.Any(entry => entry == Everything || Path.IsPathFullyQualified(entry) && IsIn(Path.GetFullPath(entry), path));
    }

    /// <summary>Whether a connection may be made to that address, to which the host's name or a redirect led.</summary>
    public bool Connects(string host, IPAddress address) => IsUnchecked || NetworkAddress.KindOf(address) switch
    {
        NetworkAddressKind.Public => true,
        NetworkAddressKind.Private => _hosts.Contains(Bare(host)),
        // A listed name may be pointed to this machine by whoever owns the name; an address can't.
        _ => _hosts.Contains(Bare(host)) && (IPAddress.TryParse(Bare(host), out _) || Bare(host) is "localhost"),
    };

    static bool Allows(string entry, Uri uri)
    {
        if (entry == Everything) return true;
        if (Path.IsPathFullyQualified(entry)) return false;
        if (!RemoteUri.Is(entry)) return uri.Scheme == Uri.UriSchemeHttps && uri.IsDefaultPort && uri.IdnHost.Equals(Bare(entry),
            StringComparison.OrdinalIgnoreCase);
        var listed = new Uri(entry);
        var (path, folder) = (uri.AbsolutePath, listed.AbsolutePath.TrimEnd('/') + '/');
        // Some servers take %2f for a slash, and so would leave the folder that this compares.
        return Uri.Compare(uri, listed, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            && (folder == "/" || !path.Contains('%') || !HasHiddenSlash(path))
            && (path.StartsWith(folder, StringComparison.Ordinal) || path == listed.AbsolutePath);
    }

    static bool HasHiddenSlash(string path) =>
        path.Contains("%2f", StringComparison.OrdinalIgnoreCase) || path.Contains("%5c", StringComparison.OrdinalIgnoreCase);

    // Without regard to case only where the file system has none.
    static bool IsIn(string folder, string path) => path.StartsWith(
        Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    static string? HostOf(string location) => location == Everything || Path.IsPathFullyQualified(location) ? null
        : RemoteUri.Is(location) ? Uri.TryCreate(location, UriKind.Absolute, out var uri) ? Bare(uri.IdnHost) : null
        : Uri.CheckHostName(location) is UriHostNameType.Unknown ? null : Bare(location);

    static string Bare(string host) => host.TrimStart('[').TrimEnd(']', '.').ToLowerInvariant();
}
