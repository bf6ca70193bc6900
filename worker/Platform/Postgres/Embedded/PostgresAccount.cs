using System.Diagnostics;
using System.Globalization;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// The user that PostgreSQL's programs run as: the user of this process. But PostgreSQL refuses to run as root. Then it is the owner of the
/// server's folder, or the system's <c>nobody</c> if there is no such folder yet.
/// </summary>
sealed record PostgresAccount(uint User, uint Group, string? Name, bool IsOwn)
{
    // Linux's number for nobody; used when /etc/passwd has no line for it.
    const uint NobodyId = 65534;

    /// <summary>The user of this process: there is nothing to change.</summary>
    static readonly PostgresAccount s_own = new(0, 0, null, IsOwn: true);

    public static PostgresAccount For(string folder)
    {
        if (OperatingSystem.IsWindows() || LibC.EffectiveUser() != 0) return s_own;
        var accounts = File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd").Select(Parse).OfType<PostgresAccount>().ToList() : [];
        var nobody = accounts.FirstOrDefault(account => account.Name == "nobody") ?? new(NobodyId, NobodyId, null, IsOwn: false);
        return LibC.OwnerOf(folder) is { } owner and not 0
            ? accounts.FirstOrDefault(account => account.User == owner) ?? new(owner, owner, null, IsOwn: false)
            : nobody;
    }

    /// <summary>For errors: "user nobody".</summary>
    public string Label => IsOwn ? "this user" : $"user {Name ?? User.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>How to start a program as this user in <paramref name="folder"/> and capture its output.</summary>
    public ProcessStartInfo Start(string program, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The program reads and quotes the tools' messages. So they must not depend on the user's language, nor on PG* settings for another
        // server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";

        if (IsOwn)
        {
            start.FileName = program;
        }
        else if (Name is not null)
        {
            start.FileName = program;
            start.UserName = Name;
        }
        else
        {
            // .NET can only start a process as a user who has a name.
            start.FileName = "setpriv";
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--reuid={User}"));
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--regid={Group}"));
            start.ArgumentList.Add("--clear-groups");
            start.ArgumentList.Add("--");
            start.ArgumentList.Add(program);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Makes this user the owner of a file or folder, but not of the folder's content.</summary>
    /// <exception cref="UnauthorizedAccessException">The file system has no owners, or can't change them.</exception>
    public void Own(string path)
    {
        if (IsOwn || OperatingSystem.IsWindows()) return;
        if (LibC.ChangeOwner(path, User, Group) != 0) throw new UnauthorizedAccessException($"{Label} can't be made the owner of {path}");
    }

    /// <summary>Whether this user can enter a folder: a parent of mode 0700, such as /root, prevents it.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken ct) =>
        IsOwn || (await Tool.RunAsync(Start("/bin/sh", folder, "-c", "test -w ."), TimeSpan.FromSeconds(10), ct)).Ok;

    // macOS writes the high user number of nobody as a negative one.
    static PostgresAccount? Parse(string line) =>
        line.Split(':') is [var name, _, var user, var group, ..]
        && long.TryParse(user, CultureInfo.InvariantCulture, out var userId)
        && long.TryParse(group, CultureInfo.InvariantCulture, out var groupId)
            ? new(unchecked((uint)userId), unchecked((uint)groupId), name, IsOwn: false)
            : null;
}
