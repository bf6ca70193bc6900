namespace RebaseBatch.Tests.Infra;

/// <summary>The files of the repository that these tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Infra { get; } = Path.Combine(Root, "infra");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>A file's lines without empty lines and comments.</summary>
    public static IEnumerable<string> Lines(string path) => Read(path).Split('\n').Where(line => line.Length > 0 && line[0] != '#');

    /// <summary>Files under infra/, as full paths, except the recipe of the bundled models, which deploys nothing.</summary>
    public static IEnumerable<string> Files(params string[] endings) => new[] { "bicep", "kubernetes", "servicebus-emulator" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Infra, folder), "*", SearchOption.AllDirectories))
        .Append(Path.Combine(Infra, "compose.yaml"))
        .Where(file => endings.Length == 0 || endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));

    static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "RebaseBatch.sln"))
            ? folder : Find(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))
                ?? throw new InvalidOperationException("the tests run outside of their repository"));
}
