using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>PostgreSQL's programs, in a folder where the server's user can run them.</summary>
sealed partial record PostgresBinaries(string Root, int Major)
{
    const string WayOut = "set Rebase:Database:ConnectionString to your own PostgreSQL server";

    static readonly string s_suffix = OperatingSystem.IsWindows() ? ".exe" : "";
    static readonly TimeSpan s_probeLimit = TimeSpan.FromSeconds(30);

    public string InitDb => Program(Root, "initdb");

    public string PgCtl => Program(Root, "pg_ctl");

    /// <summary>
    /// Finds the programs in <paramref name="source"/>. If the server's user can't run them there (a clone below /root, a read-only folder
    /// without the library links), it copies them once into <paramref name="home"/>. Call it while holding the start lock.
    /// </summary>
    /// <exception cref="UserException">They are missing, or don't run on this machine.</exception>
    public static async Task<PostgresBinaries> OpenAsync(string source, PostgresFolder home, PostgresAccount account, CancellationToken ct)
    {
        foreach (var name in (string[])["initdb", "pg_ctl", "postgres"])
        {
            if (!File.Exists(Program(source, name)))
                throw new UserException(
                    ExitCode.DatabaseUnavailable, $"the private database can't start because {Program(source, name)} is missing: build " +
                    $"again, or {WayOut}");
        }

        if (TryLink(source) && await MajorAsync(source, home.Root, account, ct) is { Major: { } major }) return new(source, major);

        var copy = Copy(source, home, account);
        var (copied, output) = await MajorAsync(copy, home.Root, account, ct);
        return copied is { } version
            ? new(copy, version)
            : throw new UserException(
                ExitCode.DatabaseUnavailable, $"the bundled PostgreSQL does not run on this machine ({output}): {WayOut}");
    }

    static string Program(string root, string name) => Path.Combine(root, "bin", name + s_suffix);

    static bool TryLink(string root)
    {
        try
        {
            LibraryLink.MakeAll(root);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static async Task<(int? Major, string Output)> MajorAsync(string root, string home, PostgresAccount account, CancellationToken ct)
    {
        // An attempt shows more than permission bits do: it also finds parents of mode 0700, access lists, noexec mounts and missing
        // libraries.
        var result = await Tool.RunAsync(account.Start(Program(root, "postgres"), home, "--version"), s_probeLimit, ct);
        return result.Ok && Version().Match(result.Output) is { Success: true } match
            ? (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), result.Output)
            : (null, result.LastLine);
    }

    // A crash before the rename leaves a folder that the next start removes; after it, the copy is whole.
    static string Copy(string source, PostgresFolder home, PostgresAccount account)
    {
        var copy = Path.Combine(home.Root, $"binaries-{Fingerprint(source)}");
        if (Directory.Exists(copy)) return copy;

        home.RemoveLeftovers();
        var fresh = home.NewTemporary("binaries");
        CopyFolder(source, fresh, account);
        LibraryLink.MakeAll(fresh);
        Directory.Move(fresh, copy);
        return copy;
    }

    static void CopyFolder(string from, string to, PostgresAccount account)
    {
        Directory.CreateDirectory(to);
        account.Own(to);
        foreach (var file in Files(from))
        {
            var target = Path.Combine(to, file.Name);
            file.CopyTo(target);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            account.Own(target);
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)), account);
    }

    // The binaries of another build get another name: a running server keeps its own.
    static string Fingerprint(string root)
    {
        var list = new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.LinkTarget is null)
            .Select(file => string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetRelativePath(root, file.FullName)}\t{file.Length}\t{file.LastWriteTimeUtc:O}"))
            .Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', list))))[..12];
    }

    // The copy gets new links: copying the files that they point to would double its size.
    static IEnumerable<FileInfo> Files(string folder) => new DirectoryInfo(folder).EnumerateFiles().Where(file => file.LinkTarget is null);

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
