using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres.Embedded;

public sealed class EmbeddedPostgresSharingTests
{
    [Fact]
    public async Task The_second_user_finds_the_first_ones_server_and_the_last_one_out_stops_it()
    {
        await using var own = new OwnPostgres();
        var first = await own.StartAsync();
        var postmaster = own.Postmaster;
        var socket = PidFile.Read(own.Folder.PidFile)!.SocketFolder;

        var second = await own.StartAsync();
        Assert.NotNull(postmaster);
        Assert.Equal(postmaster, own.Postmaster);
        Assert.Equal(first.ConnectionString, second.ConnectionString);

        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.Equal("rebase UTF8",
            await OwnPostgres.AskAsync<string>(second, "SELECT current_database() || ' ' || current_setting('server_encoding')"));

        await second.DisposeAsync();
        Assert.Null(own.Postmaster);
        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task A_server_for_keeps_writes_through_to_the_disk_and_has_it_all_at_the_next_start()
    {
        await using var own = new OwnPostgres();
        own.Options = new() { DataDirectory = own.Options.DataDirectory };
        await using (var first = await own.StartAsync())
        {
            Assert.Equal("on on on", await OwnPostgres.AskAsync<string>(
                first, "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit') || ' ' || "
                    + "current_setting('full_page_writes')"));
            await OwnPostgres.AskAsync<object?>(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        }

        var next = await own.StartAsync();

        Assert.Equal(42, await OwnPostgres.AskAsync<int>(next, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Starters_at_the_same_time_all_get_one_server()
    {
        await using var own = new OwnPostgres();

        var users = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => own.StartAsync())));

        Assert.Single(users.Select(user => user.ConnectionString).Distinct());
        await Task.WhenAll(users.Select(user => Task.Run(async () => await user.DisposeAsync())));
        Assert.Null(own.Postmaster);
    }

    [Fact]
    public async Task A_server_whose_only_user_was_killed_runs_on_and_is_used_again()
    {
        await using var own = new OwnPostgres();
        await using var other = OtherProcess.Using(own.Options.DataDirectory);
        await other.ReadyAsync();
        var postmaster = own.Postmaster;
        await other.KillAsync();

        var user = await own.StartAsync();
        Assert.NotNull(postmaster);
        Assert.Equal(postmaster, own.Postmaster);

        await user.DisposeAsync();
        Assert.Null(own.Postmaster);
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_share_one_server_and_the_last_one_out_stops_it()
    {
        await using var own = new OwnPostgres();
        await using var one = OtherProcess.Using(own.Options.DataDirectory);
        await using var two = OtherProcess.Using(own.Options.DataDirectory);
        await one.ReadyAsync();
        await two.ReadyAsync();
        var postmaster = own.Postmaster;

        await one.LeaveAsync();
        Assert.NotNull(postmaster);
        Assert.Equal(postmaster, own.Postmaster);

        await two.LeaveAsync();
        Assert.Null(own.Postmaster);
    }
}
