using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Worker;

public sealed class WorkerHealthTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task It_passes_on_what_the_worker_says_of_itself()
    {
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var db = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var worker = await WatchedWorker.StartAsync(db, Folder.Path);
        await Eventually.TrueAsync(async () => (await worker.ReadyAsync()).Code is HttpStatusCode.OK);

        var ready = await AskAsync(worker.Url.Port, "--ready");
        Assert.Equal(ExitCode.Ok, ready.Code);
        Assert.Empty(ready.Out);

        proxy.Refuses = true;
        proxy.CloseAll();
        await Eventually.TrueAsync(async () => (await worker.ReadyAsync()).Code is HttpStatusCode.ServiceUnavailable);

        var away = await AskAsync(worker.Url.Port, "--ready");
        Assert.Equal(ExitCode.Unhealthy, away.Code);
        Assert.StartsWith($"rebase: the worker at {worker.Url} is not ready: database: the database can't be reached",
            Assert.Single(away.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("models", away.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await AskAsync(worker.Url.Port)).Code);
    }

    [Fact]
    public async Task Where_nobody_answers_it_is_unhealthy()
    {
        using var port = new RefusedPort();
        var run = await AskAsync(port.Number);

        Assert.Equal(ExitCode.Unhealthy, run.Code);
        Assert.Contains("is not alive: it does not answer", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_worker_is_not_taken_for_one()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answered = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await using var stream = client.GetStream();
            using var request = new StreamReader(stream);
            while (await request.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 }) { }
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy"),
                TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        var run = await AskAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        await answered;

        Assert.Equal(ExitCode.Unhealthy, run.Code);
        Assert.EndsWith("what answers there is not a worker", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "[::1]")]
    public async Task Of_a_worker_that_listens_everywhere_this_machine_is_asked(string address, string asked)
    {
        using var port = new RefusedPort();
        var run = await AskAsync(port.Number, "--set", $"Rebase:Http:Address={address}");

        Assert.Contains($"the worker at http://{asked}:{port.Number}/", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_port_there_is_nobody_to_ask()
    {
        var run = await AskAsync(0);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("Rebase:Http:Port", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    Task<CommandRun> AskAsync(int port, params string[] arguments) =>
        CommandRun.In(Folder, new() { ["Rebase__Http__Port"] = port.ToString(CultureInfo.InvariantCulture) },
            ["worker", "health", .. arguments]);
}
