using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// PostgreSQL's data directory, a database cluster in its terms: created once, checked before every start. Call all methods while holding
/// the start lock.
/// </summary>
sealed class DatabaseCluster(PostgresFolder folder, PostgresAccount account, PostgresBinaries binaries, bool durable)
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    // Settings for a small server next to the models; ALTER SYSTEM changes them.
    static readonly string[] s_settings =
    [
        "max_connections=100",
        "shared_buffers=128MB",
        // Parallel queries share memory in /dev/shm, of which a container has 64 MB. The reports are small enough without parallel queries.
        "max_parallel_workers_per_gather=0",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_checkpoints=off",
        "log_line_prefix=%m [%p] ",
    ];

    /// <summary>Creates the data directory if there is none.</summary>
    /// <exception cref="UserException">It belongs to another major version, or is not a data directory, or could not be
    /// created.</exception>
    public async Task EnsureAsync(ILogger log, CancellationToken ct)
    {
        if (Directory.Exists(folder.Data))
        {
            CheckVersion();
            return;
        }

        log.ServerCreated(folder.Data);
        folder.RemoveLeftovers();
        // A crash before the rename leaves a folder that the next start removes; after it, the data directory is whole.
        var fresh = folder.NewTemporary("data");
        await InitializeAsync(fresh, ct);
        Directory.Move(fresh, folder.Data);
    }

    async Task InitializeAsync(string fresh, CancellationToken ct)
    {
        List<string> arguments =
        [
            "-D", fresh, "-U", PrivateRoles.Admin, "--encoding=UTF8", "--locale=C", "--no-instructions",
            // Without unix sockets any local user could connect to the port: there the server asks for a password.
            .. OperatingSystem.IsWindows() ? (string[])["-A", "scram-sha-256", $"--pwfile={MakePassword()}"] : ["-A", "trust"],
            .. durable ? (string[])[] : ["--no-sync"],
            .. s_settings.SelectMany(setting => (string[])["-c", setting]),
        ];
        var result = await Tool.RunAsync(account.Start(binaries.InitDb, folder.Root, arguments), s_limit, ct);
        if (!result.Ok)
            throw new UserException(
                ExitCode.DatabaseUnavailable, $"The private database could not be created in {folder.Root}: initdb said " +
                $"\"{result.Reason}\".");
    }

    string MakePassword()
    {
        File.WriteAllText(folder.Password, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        return folder.Password;
    }

    void CheckVersion()
    {
        var file = Path.Combine(folder.Data, "PG_VERSION");
        var version = File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        if (version is null)
            throw new UserException(
                ExitCode.DatabaseUnavailable, $"{folder.Data} is not a PostgreSQL data directory: move it away, then an empty database " +
                "is created.");
        if (version != binaries.Major.ToString(CultureInfo.InvariantCulture))
            throw new UserException(
                ExitCode.DatabaseUnavailable, $"the database in {folder.Data} was created by PostgreSQL {version}, and this program " +
                $"contains PostgreSQL {binaries.Major}: open it with the program that created it, or move it away to begin with an " +
                "empty one");
    }
}
