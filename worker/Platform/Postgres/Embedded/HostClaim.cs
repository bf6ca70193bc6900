using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// Prevents two machines, or two containers, from each starting a server on one shared folder. Neither sees the other's processes, so
/// PostgreSQL's own guard does not work there, and the data would be destroyed.
/// </summary>
static class HostClaim
{
    /// <summary>Call it while holding the start lock, when no running server is found and before one is started.</summary>
    /// <param name="hasOtherUsers">Whether other processes hold the users' lock. If their server ran on this machine, it has just
    /// died.</param>
    /// <exception cref="UserException">The other processes are on another machine.</exception>
    public static void Claim(PostgresFolder folder, PostgresAccount account, bool hasOtherUsers)
    {
        var own = Own();
        var last = File.Exists(folder.HostClaim) ? File.ReadAllText(folder.HostClaim) : own;
        if (hasOtherUsers && last != own)
            throw new UserException(
                ExitCode.DatabaseUnavailable, $"the database in {folder.Root} is in use on another machine or in another container: " +
                "use another data folder, or set Rebase:Database:ConnectionString to a server that all can reach");
        if (last == own && File.Exists(folder.HostClaim)) return;
        File.Delete(folder.HostClaim);
        using (var file = new StreamWriter(new FileStream(folder.HostClaim, FileMode.CreateNew))) file.Write(own);
        account.Own(folder.HostClaim);
    }

    // Containers on one machine differ in the processes that they see.
    static string Own() =>
        $"{Environment.MachineName} {(OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget : "")}";
}
