using System.Text.Json;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>A symbolic link that PostgreSQL's npm package could not contain: a short library name for the versioned file.</summary>
/// <param name="Source">The file, relative to the npm package.</param>
/// <param name="Target">The link, relative to the npm package.</param>
sealed record LibraryLink(string Source, string Target)
{
    const string PackageFolder = "native/";

    /// <summary>Creates the missing links; several processes may do this at once.</summary>
    /// <exception cref="IOException">A link can't be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written.</exception>
    public static void MakeAll(string root)
    {
        foreach (var link in ListedIn(root))
        {
            var path = Path.Combine(root, link.Target[PackageFolder.Length..]);
            if (File.Exists(path)) continue;
            try
            {
                File.CreateSymbolicLink(path, Path.GetFileName(link.Source));
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process was faster.
            }
        }
    }

    // Only links next to their file are created: there are no others, and a relative name stays valid when the folder moves.
    static IEnumerable<LibraryLink> ListedIn(string root)
    {
        var list = Path.Combine(root, "pg-symlinks.json");
        if (!File.Exists(list)) return [];
        return JsonSerializer.Deserialize(File.ReadAllBytes(list), LibraryLinkJson.Default.IReadOnlyListLibraryLink)!
            .Where(link => link.Target.StartsWith(PackageFolder, StringComparison.Ordinal)
                && Path.GetDirectoryName(link.Source) == Path.GetDirectoryName(link.Target));
    }
}
