using System.Net;
using Microsoft.AspNetCore.Http;

namespace RebaseBatch.Platform.Http;

/// <summary>
/// Which Host headers are answered. A foreign page can make a browser ask this server under a host name that the page's owner controls
/// (DNS rebinding), but not under an IP address or <c>localhost</c>, which nobody can point elsewhere.
/// </summary>
/// <param name="names">Separated by commas; <c>*</c> allows all.</param>
sealed class AllowedHosts(string names)
{
    readonly HashSet<string> _names =
        [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.ToUpperInvariant())];

    public bool Allows(HostString host)
    {
        if (_names.Contains("*")) return true;
        // A name may end in the dot of the root.
        var name = host.Host.TrimEnd('.');
        return name.Length > 0
            && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IsAddress(name)
                || _names.Contains(name.ToUpperInvariant()));
    }

    // As a browser writes an address; the parser alone would also accept "1".
    static bool IsAddress(string name) =>
        name is ['[', .. var inner, ']'] ? IPAddress.TryParse(inner, out _) : name.Count(c => c == '.') == 3
            && IPAddress.TryParse(name, out _);
}
