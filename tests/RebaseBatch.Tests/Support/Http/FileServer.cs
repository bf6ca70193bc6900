using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Tests.Support.Http;

/// <summary>A web server of one file under any path, which answers range requests and can misbehave as servers do.</summary>
sealed class FileServer : IAsyncDisposable
{
    const int PieceBytes = 16 * 1024;

    readonly WebApplication _app;
    readonly ConcurrentQueue<FileServerFault> _faults = new();
    readonly ConcurrentQueue<FileServerRequest> _requests = new();

    FileServer(WebApplication app, byte[] content) => (_app, Content) = (app, content);

    public byte[] Content { get; set; }

    /// <summary>Files that are others than <see cref="Content"/>, by their names.</summary>
    public ConcurrentDictionary<string, byte[]> Others { get; } = new();

    /// <summary>The ETag header; null for none.</summary>
    public string? Tag { get; set; } = "\"1\"";

    public bool IgnoresRanges { get; set; }

    /// <summary>Sent without its length.</summary>
    public bool IsChunked { get; set; }

    public string? Encoding { get; set; }

    public IReadOnlyList<FileServerRequest> Requests => [.. _requests];

    public static async Task<FileServer> StartAsync(byte[] content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new FileServer(app, content);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>An address of the file.</summary>
    public string UriOf(string pathAndQuery) => $"{_app.Urls.Single()}/{pathAndQuery}";

    /// <summary>The fault of the next request that has none yet.</summary>
    public void Meet(FileServerFault fault) => _faults.Enqueue(fault);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task AnswerAsync(HttpContext http)
    {
        var (content, tag) = (Others.GetValueOrDefault(Path.GetFileName(http.Request.Path.Value!)) ?? Content, Tag);
        var request = new FileServerRequest($"{http.Request.Path}{http.Request.QueryString}", Text(http.Request.Headers.Range),
            Text(http.Request.Headers.IfRange));
        _requests.Enqueue(request);
        var fault = _faults.TryDequeue(out var next) ? next : new();
        if (fault.Status is { } status)
        {
            http.Response.StatusCode = status;
            if (fault.Location is not null) http.Response.Headers.Location = fault.Location;
            if (fault.RetryAfter is not null) http.Response.Headers.RetryAfter = fault.RetryAfter;
            return;
        }

        var from = 0L;
        if (!IgnoresRanges && request.Range is not null && (request.IfRange is null || request.IfRange == tag))
        {
            from = long.Parse(request.Range.Split('=', '-')[1], CultureInfo.InvariantCulture);
            if (from >= content.Length)
            {
                http.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                return;
            }

            http.Response.StatusCode = StatusCodes.Status206PartialContent;
            http.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        http.Response.Headers.ETag = tag;
        http.Response.Headers.ContentEncoding = Encoding;
        if (!IsChunked) http.Response.ContentLength = content.Length - from;
        await SendAsync(http, request, content.AsMemory((int)from), fault);
    }

    static async Task SendAsync(HttpContext http, FileServerRequest request, ReadOnlyMemory<byte> rest, FileServerFault fault)
    {
        var before = (int)Math.Min(rest.Length, fault.CutAfter ?? fault.StallAfter ?? rest.Length);
        await WriteAsync(http, request, rest[..before]);
        if (fault.StallAfter is not null)
            await (fault.Until ?? Task.Delay(Timeout.Infinite, http.RequestAborted)).WaitAsync(http.RequestAborted);
        if (fault.CutAfter is not null) http.Abort();
        else await WriteAsync(http, request, rest[before..]);
    }

    static async Task WriteAsync(HttpContext http, FileServerRequest request, ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at += PieceBytes)
        {
            var piece = bytes.Slice(at, Math.Min(PieceBytes, bytes.Length - at));
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            request.Count(piece.Length);
        }

        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}
