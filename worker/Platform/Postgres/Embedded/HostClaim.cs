using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// Keeps two machines, or two containers, from starting a server each on one shared folder: neither sees the other's processes, so
/// PostgreSQL's own guard does not hold there, and the data would be ruined.
/// </summary>
static class HostClaim
{
    /// <summary>Call it, holding the start lock, when no server is to be seen and before one is started.</summary>
    /// <param name="hasOtherUsers">Whether other processes hold the users' lock: if their server was ours to see, it has just died.</param>
    /// <exception cref="UserException">The others are on another machine.</exception>
    public static void Claim(PostgresFolder folder, PostgresAccount account, bool hasOtherUsers)
    {
        var own = Own();
        var last = File.Exists(folder.MachineMark) ? File.ReadAllText(folder.MachineMark) : own;
        if (hasOtherUsers && last != own)
            throw new UserException(ExitCode.DatabaseUnavailable, $"the database in {folder.Root} is in use on another machine or in another container: use a data folder of your own, or set Rebase:Database:ConnectionString to a server for all");
        if (last == own && File.Exists(folder.MachineMark)) return;
        File.Delete(folder.MachineMark);
        using (var file = new StreamWriter(new FileStream(folder.MachineMark, FileMode.CreateNew))) file.Write(own);
        account.Own(folder.MachineMark);
    }

    // Containers of one machine differ in the set of processes they see.
    static string Own() =>
        $"{Environment.MachineName} {(OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget : "")}";
}
