using System.Text.RegularExpressions;

namespace RebaseBatch.Tests.Infra;

/// <summary>The files that <c>docker build</c> would send, by the repository's .dockerignore.</summary>
static class BuildContext
{
    static readonly List<(bool Include, Regex Pattern)> s_rules = [.. Repository.Lines(".dockerignore").Select(Rule)];

    /// <summary>Paths from the root of the repository, with slashes.</summary>
    public static IEnumerable<string> Files => Under("");

    public static bool Includes(string path) => s_rules.LastOrDefault(rule => rule.Pattern.IsMatch(path)).Include;

    // Nothing in an excluded folder is included again. Docker's own walk does the same, and build outputs are large.
    static IEnumerable<string> Under(string folder)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(Repository.Root, folder)).EnumerateFileSystemInfos())
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (!Includes(path)) continue;
            if (entry is FileInfo) yield return path;
            else foreach (var inner in Under(path)) yield return inner;
        }
    }

    static (bool, Regex) Rule(string line)
    {
        var include = line[0] == '!';
        var pattern = Regex.Escape(include ? line[1..] : line).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return (include, new($"^{pattern}(/.*)?$"));
    }
}
