using System.Collections.Frozen;
using System.Globalization;

namespace RebaseBatch.Platform.Http;

/// <summary>Finds the route of a path.</summary>
sealed class RouteTable(IEnumerable<Route> routes)
{
    readonly FrozenDictionary<(string Path, bool IsNumbered), Route> _routes = routes.ToFrozenDictionary(route => (route.Path, route.IsNumbered));

    /// <returns>The route and the number, 0 for a path without; null: there is nothing.</returns>
    public (Route Route, long Number)? Find(string path)
    {
        if (_routes.TryGetValue((path, false), out var exact)) return (exact, 0);
        var end = path.LastIndexOf('/') + 1;
        return Number(path.AsSpan(end)) is { } number && _routes.TryGetValue((path[..end], true), out var numbered) ? (numbered, number) : null;
    }

    // Without a sign, spaces, leading zeros or digits of other scripts: one page has one path.
    static long? Number(ReadOnlySpan<char> text) =>
        text is [>= '1' and <= '9', .. var rest] && !rest.ContainsAnyExceptInRange('0', '9') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
