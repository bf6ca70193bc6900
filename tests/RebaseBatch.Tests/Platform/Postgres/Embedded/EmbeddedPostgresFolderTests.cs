using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres.Embedded;

public sealed class EmbeddedPostgresFolderTests
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public async Task Missing_binaries_are_named_with_the_way_out()
    {
        await using var own = new OwnPostgres();
        own.Options = own.Options with { BinariesDirectory = Path.Combine(own.Options.DataDirectory, "nothing") };

        await FailsAsync(own, ExitCode.DatabaseUnavailable, "nothing", "Rebase:Database:ConnectionString");
    }

    [Fact]
    public async Task Another_major_versions_data_is_left_alone_and_both_versions_named()
    {
        await using var own = new OwnPostgres();
        Directory.CreateDirectory(own.Folder.Data);
        await File.WriteAllTextAsync(Path.Combine(own.Folder.Data, "PG_VERSION"), "9\n");

        await FailsAsync(own, ExitCode.DatabaseUnavailable, "created by PostgreSQL 9", "contains PostgreSQL 18");
        Assert.True(File.Exists(Path.Combine(own.Folder.Data, "PG_VERSION")));
    }

    [Fact]
    public async Task A_folder_that_is_no_data_directory_is_left_alone()
    {
        await using var own = new OwnPostgres();
        Directory.CreateDirectory(own.Folder.Data);

        await FailsAsync(own, ExitCode.DatabaseUnavailable, own.Folder.Data, "move it away");
    }

    [Fact]
    public async Task A_server_that_does_not_start_is_quoted()
    {
        await using var own = new OwnPostgres();
        await (await own.StartAsync()).DisposeAsync();
        await File.AppendAllTextAsync(Path.Combine(own.Folder.Data, "postgresql.conf"), "no_such_setting = 1\n");

        await FailsAsync(own, ExitCode.DatabaseUnavailable, "its log says", "contains errors", own.Folder.Log);
    }

    [Fact]
    public async Task A_data_folder_that_can_not_be_made_is_named()
    {
        await using var own = new OwnPostgres();
        var file = Path.Combine(own.Options.DataDirectory, "file");
        await File.WriteAllTextAsync(file, "");
        var options = own.Options with { DataDirectory = Path.Combine(file, "below") };

        var error = await Assert.ThrowsAsync<UserException>(() => EmbeddedPostgres.StartAsync(options, NullLogger.Instance, default));

        Assert.Equal(ExitCode.NoPermission, error.Code);
        Assert.Contains(options.DataDirectory, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task As_root_a_data_folder_that_no_other_user_may_enter_is_refused_with_the_way_out()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess, "only root runs the server as another user");
        await using var own = new OwnPostgres();
        File.SetUnixFileMode(own.Options.DataDirectory, OwnerOnly);

        await FailsAsync(own, ExitCode.NoPermission, own.Folder.Root, "whose parents all users may enter");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task As_root_binaries_that_no_other_user_may_reach_are_copied_once()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess, "only root runs the server as another user");
        await using var own = new OwnPostgres();
        var closed = Directory.CreateDirectory(Path.Combine(own.Options.DataDirectory, "closed"), OwnerOnly).FullName;
        File.CreateSymbolicLink(Path.Combine(closed, "postgres"), own.Options.BinariesDirectory);
        own.Options = own.Options with { BinariesDirectory = Path.Combine(closed, "postgres") };

        await (await own.StartAsync()).DisposeAsync();
        var copy = Assert.Single(Directory.EnumerateDirectories(own.Folder.Root, "binaries-*"));
        var made = Directory.GetCreationTimeUtc(copy);

        Assert.Equal(1, await OwnPostgres.AskAsync<int>(await own.StartAsync(), "SELECT 1"));
        Assert.Equal(made, Directory.GetCreationTimeUtc(Assert.Single(Directory.EnumerateDirectories(own.Folder.Root, "binaries-*"))));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_socket_folder_that_another_user_made_is_not_trusted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can give a folder away");
        await using var own = new OwnPostgres();
        var folder = Path.Combine("/tmp", SocketFolder.NameFor(own.Folder.Root));
        Directory.CreateDirectory(folder);
        try
        {
            Assert.Equal(0, LibC.ChangeOwner(folder, 12345, 12345));
            await FailsAsync(own, ExitCode.NoPermission, $"{folder} belongs to another user");
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public async Task A_folder_in_use_on_another_machine_gets_no_second_server_until_nobody_uses_it()
    {
        await using var own = new OwnPostgres();
        var user = await own.StartAsync();
        // Seen from another container: users who hold the lock, and not one of their server's processes.
        await own.KillAsync();
        await File.WriteAllTextAsync(own.Folder.HostClaim, "elsewhere");

        await FailsAsync(own, ExitCode.DatabaseUnavailable, "another machine", "Rebase:Database:ConnectionString");
        await user.DisposeAsync();

        Assert.Equal(1, await OwnPostgres.AskAsync<int>(await own.StartAsync(), "SELECT 1"));
        Assert.NotEqual("elsewhere", await File.ReadAllTextAsync(own.Folder.HostClaim));
    }

    static async Task FailsAsync(OwnPostgres own, ExitCode code, params string[] fragments)
    {
        var error = await Assert.ThrowsAsync<UserException>(() => own.StartAsync());
        Assert.Equal(code, error.Code);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(fragments, fragment => Assert.Contains(fragment, error.Message, StringComparison.Ordinal));
    }
}
