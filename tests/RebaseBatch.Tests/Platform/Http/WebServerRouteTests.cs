using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Platform.Http;
using Xunit;

namespace RebaseBatch.Tests.Platform.Http;

public sealed class WebServerRouteTests : IAsyncLifetime
{
    readonly HttpOptions _options = new() { Port = FreePort.Take() };
    readonly WebServer _server;

    public WebServerRouteTests() => _server = new(_options, Map, NullLoggerFactory.Instance);

    static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => "root");
        routes.MapGet("/reports/newest", () => "newest");
        routes.MapGet("/reports/jobs/{job:long:min(1)}", (long job) => $"job {job}");
        routes.MapGet("/broken", string () => throw new InvalidOperationException("the secret /home/of/somebody"));
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync(default);

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(default);
        _server.Dispose();
    }

    [Theory]
    [InlineData("/", "root")]
    [InlineData("/reports/newest", "newest")]
    [InlineData("/reports/jobs/1", "job 1")]
    [InlineData("/reports/jobs/9223372036854775807", "job 9223372036854775807")]
    [InlineData("/reports/jobs/../jobs/7", "job 7")]
    [InlineData("/reports/jobs/07", "job 7")]
    public async Task A_path_is_found_with_its_number(string path, string body) =>
        Assert.Equal((HttpStatusCode.OK, body), await GetAsync(path));

    [Theory]
    [InlineData("/7")]
    [InlineData("/reports/newest/7")]
    [InlineData("/reports/jobs")]
    [InlineData("/reports/jobs/")]
    [InlineData("/reports/jobs/7/8")]
    [InlineData("/reports/jobs//7")]
    [InlineData("/reports/jobs/0")]
    [InlineData("/reports/jobs/-7")]
    [InlineData("/reports/jobs/7.0")]
    [InlineData("/reports/jobs/7e0")]
    [InlineData("/reports/jobs/0x7")]
    [InlineData("/reports/jobs/1,000")]
    [InlineData("/reports/jobs/%D9%A7")]
    [InlineData("/reports/jobs/seven")]
    [InlineData("/reports/jobs/9223372036854775808")]
    public async Task Anything_but_a_path_and_a_number_of_1_or_more_is_nothing(string path) =>
        Assert.Equal((HttpStatusCode.NotFound, "There is nothing here.\n"), await GetAsync(path));

    [Fact]
    public async Task A_fault_is_told_without_its_text() =>
        Assert.Equal((HttpStatusCode.InternalServerError, "The program has a fault; its log has the reason.\n"), await GetAsync("/broken"));

    [Fact]
    public async Task The_server_needs_no_part_of_MVC()
    {
        await GetAsync("/");
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name!);
        Assert.DoesNotContain(loaded, name => name.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal));
    }

    /// <summary>Asks for exactly this path: a client of the framework would tidy it first.</summary>
    async Task<(HttpStatusCode Code, string Body)> GetAsync(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _options.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync();
        var code = (HttpStatusCode)int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);
        return (code, answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }
}
