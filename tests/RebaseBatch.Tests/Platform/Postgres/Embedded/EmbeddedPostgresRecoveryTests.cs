using System.Diagnostics;
using Npgsql;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres.Embedded;

public sealed class EmbeddedPostgresRecoveryTests
{
    [Fact]
    public async Task A_killed_server_comes_back_with_all_that_was_committed()
    {
        await using var own = new OwnPostgres();
        var user = await own.StartAsync();
        await OwnPostgres.AskAsync<object?>(user, "CREATE TABLE kept AS SELECT 42 AS answer");
        var killed = own.Postmaster;
        await own.KillAsync();

        await user.EnsureRunningAsync(default);

        Assert.Equal(42, await OwnPostgres.AskAsync<int>(user, "SELECT answer FROM kept"));
        Assert.NotEqual(killed, own.Postmaster);
    }

    [Fact]
    public async Task Children_that_outlive_their_postmaster_are_ended_before_a_new_one_starts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        await using var own = new OwnPostgres();
        var user = await own.StartAsync();
        await using var connection = new NpgsqlConnection(user.ConnectionString);
        await connection.OpenAsync();
        var orphan = connection.ProcessID;
        Signals.Send(orphan, Signals.Stop);
        own.KillPostmaster();

        var next = await own.StartAsync();

        Assert.DoesNotContain(orphan, PostgresProcesses.Of(own.Folder.Data));
        Assert.Equal(1, await OwnPostgres.AskAsync<int>(next, "SELECT 1"));
    }

    [Fact]
    public async Task A_pid_file_whose_number_went_to_another_program_is_no_obstacle_and_that_program_lives_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        await using var own = await OwnPostgres.StartedAsync();
        var account = PostgresAccount.For(own.Folder.Root);
        await own.KillAsync();
        // As the server's own user: PostgreSQL itself ignores processes that it may not signal.
        using var stranger = Process.Start(account.Start("/bin/sleep", "/", "600"))!;
        var lines = await File.ReadAllLinesAsync(own.Folder.PidFile);
        await File.WriteAllLinesAsync(own.Folder.PidFile, [$"{stranger.Id}", .. lines.Skip(1)]);

        var next = await own.StartAsync();

        Assert.Equal(1, await OwnPostgres.AskAsync<int>(next, "SELECT 1"));
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task A_live_server_whose_socket_was_cleaned_away_is_restarted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no unix socket");
        await using var own = new OwnPostgres();
        var user = await own.StartAsync();
        var lost = own.Postmaster;
        Directory.Delete(PidFile.Read(own.Folder.PidFile)!.SocketFolder, recursive: true);

        await user.EnsureRunningAsync(default);

        Assert.Equal(1, await OwnPostgres.AskAsync<int>(user, "SELECT 1"));
        Assert.NotEqual(lost, own.Postmaster);
    }

    [Fact]
    public async Task A_server_that_answers_nobody_is_ended_and_started_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        await using var own = await OwnPostgres.StartedAsync();
        var hung = own.Postmaster!.Value;
        Signals.Send(hung, Signals.Stop);
        own.Options = own.Options with { HungAfter = TimeSpan.FromMilliseconds(1) };

        var next = await own.StartAsync();

        Assert.Equal(1, await OwnPostgres.AskAsync<int>(next, "SELECT 1"));
        Assert.NotEqual(hung, own.Postmaster);
    }

    [Fact]
    public async Task What_an_interrupted_initdb_left_is_swept_away()
    {
        await using var own = new OwnPostgres();
        var left = Path.Combine(own.Folder.Root, "data.new-12345678", "base");
        Directory.CreateDirectory(left);

        var server = await own.StartAsync();

        Assert.Equal(1, await OwnPostgres.AskAsync<int>(server, "SELECT 1"));
        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public async Task A_start_cancelled_at_any_moment_leaves_nothing_running_and_nothing_in_the_way()
    {
        await using var own = new OwnPostgres();
        foreach (var delay in (int[])[0, 60, 250, 700])
        {
            using var cancel = new CancellationTokenSource(delay);
            try
            {
                await (await own.StartAsync(cancel.Token)).DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                // As it should be, unless the machine was faster.
            }

            Assert.Null(own.Postmaster);
        }

        Assert.Equal(1, await OwnPostgres.AskAsync<int>(await own.StartAsync(), "SELECT 1"));
    }
}
