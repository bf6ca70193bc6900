using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Platform.Http;

public sealed class WebServerTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_worker_that_was_not_asked_to_listens_nowhere()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        Assert.DoesNotContain(worker.Services.GetServices<IHostedService>(), service => service is WebServer);
        Assert.Null(worker.Services.GetService<Action<IEndpointRouteBuilder>>());
    }

    [Fact]
    public async Task Only_a_get_of_what_there_is_under_a_name_of_this_machine_is_answered()
    {
        await using var worker =
            await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options => options.Http.AllowedHosts = "worker.example");
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(HttpMethod.Get, ""));
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(HttpMethod.Get, "", "worker.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await CodeAsync(HttpMethod.Get, "", "evil.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await CodeAsync(HttpMethod.Get, "health/live", "evil.example"));
        Assert.Equal(HttpStatusCode.NotFound, await CodeAsync(HttpMethod.Get, "nothing"));
        Assert.Equal(HttpStatusCode.NotFound, await CodeAsync(HttpMethod.Get, "..%2f..%2fetc/passwd"));
        Assert.Equal(HttpStatusCode.NotFound, await CodeAsync(HttpMethod.Post, "nothing"));
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options, HttpMethod.Head })
        {
            Assert.Equal(HttpStatusCode.MethodNotAllowed, await CodeAsync(method, "api/status.json"));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, await CodeAsync(method, "reports/jobs/7"));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, await CodeAsync(method, "health/live"));
        }

        async Task<HttpStatusCode> CodeAsync(HttpMethod method, string path, string? host = null)
        {
            using var response = await worker.SendAsync(method, path, host);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Every_answer_forbids_browsers_what_it_does_not_need()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        foreach (var path in new[] { "", "fragment", "api/status.json", "health/live", "reports/jobs/7", "nothing" })
        {
            using var response = await worker.SendAsync(HttpMethod.Get, path);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-store", Assert.Single(response.Headers.GetValues("Cache-Control")));
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task Every_answer_states_its_length()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        foreach (var path in new[] { "", "fragment", "api/status.json", "health/live", "health/ready", "reports/jobs/7", "nothing" })
        {
            using var response = await worker.SendAsync(HttpMethod.Get, path);
            Assert.False(response.Headers.TransferEncodingChunked ?? false, $"/{path} is streamed");
        }
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_way_out()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var fault = await Assert.ThrowsAsync<UserException>(
            () => WorkerInProcess.StartAsync(Database, Folder.Path, options => options.Http.Port = port));

        Assert.Equal(ExitCode.BadInput, fault.Code);
        Assert.Contains($"port {port} of 127.0.0.1 is taken", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Rebase:Http:Port", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named_with_the_way_out()
    {
        // Of TEST-NET-1, which no machine has.
        var fault = await Assert.ThrowsAsync<UserException>(
            () => WorkerInProcess.StartAsync(Database, Folder.Path,
                options => (options.Http.Port, options.Http.Address) = (FreePort.Take(), "192.0.2.1")));
        Assert.Contains("Rebase:Http:Address", fault.Message, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_are_slow_do_not_hold_up_a_stop()
    {
        var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        using var silent = await worker.ConnectAsync();
        using var half = await worker.ConnectAsync();
        await half.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n"));
        using var answered = await worker.SendAsync(HttpMethod.Get, "health/live");
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);

        // Far below the 10 s after which a request's head would be given up.
        await worker.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData("Rebase:Http:Port=70000", "is not within 0 to 65535")]
    [InlineData("Rebase:Http:Port=http", "is not a whole number")]
    [InlineData("Rebase:Http:Address=everywhere", "is not an IP address")]
    public async Task A_setting_that_can_not_be_used_is_told_at_the_start(string setting, string reason)
    {
        var run = await CommandRun.In(Folder, [], "config", "show", "--set", setting);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.StartsWith("Rebase:Http:", run.Error.Replace("rebase: ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
