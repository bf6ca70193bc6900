using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// A server of one model that speaks a dialect of a real inference server, over the real engine: what comes back can be compared with the
/// engine in process. It misbehaves on request, as servers do.
/// </summary>
sealed class ModelServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly IServedDialect _dialect;
    readonly ServedModel _model;
    readonly ServedHead? _head;
    readonly ConcurrentQueue<ModelServerFault> _faults = new();
    int _running, _served, _aborted, _tokenized;
    long _promptTokens, _cachedTokens, _drawnTokens;

    ModelServer(WebApplication app, IServedDialect dialect, ServedModel model, ServedHead? head, ServedIdentity identity) =>
        (_app, _dialect, _model, _head, Identity) = (app, dialect, model, head, identity);

    /// <summary>What it says of itself from now on.</summary>
    public ServedIdentity Identity { get; set; }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Generation requests that the engine has now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Generation requests that were answered with a generation.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Generation requests whose client went away, and which the engine has given up because of that.</summary>
    public int Aborted => Volatile.Read(ref _aborted);

    /// <summary>Requests for the tokens of a text or the text of tokens.</summary>
    public int Tokenized => Volatile.Read(ref _tokenized);

    /// <summary>Tokens of all served requests: those of prompts, how many of them were cached, and those that were drawn.</summary>
    public (long Prompt, long Cached, long Drawn) Tokens =>
        (Volatile.Read(ref _promptTokens), Volatile.Read(ref _cachedTokens), Volatile.Read(ref _drawnTokens));

    /// <summary>A server of a bundled model that is loaded in this process.</summary>
    public static Task<ModelServer> StartAsync(ModelServerOptions options) => StartAsync(options, new(Environment.ProcessorCount));

    /// <param name="threads">Decode threads, which several servers of a process may share.</param>
    public static async Task<ModelServer> StartAsync(ModelServerOptions options, ThreadBudget threads)
    {
        var model = new ServedModel(Models.Served(options.Model), threads);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var server = new ModelServer(app, DialectOf(options.Kind), model,
            options.Head is { } head ? new(model.Model, head, model.MaxTokens) : null, options.Identity);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>The fault of the next generation requests that have none yet.</summary>
    public void Meet(ModelServerFault fault, int times = 1)
    {
        for (var i = 0; i < times; i++) _faults.Enqueue(fault);
    }

    /// <summary>Ends the faults that no request has met.</summary>
    public void MeetNoMore() => _faults.Clear();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _model.Dispose();
        _head?.Dispose();
    }

    static IServedDialect DialectOf(RemoteKind kind) => kind switch
    {
        RemoteKind.SGLang => new SGLangServed(),
        RemoteKind.LlamaServer => new LlamaServed(),
        _ => new VllmServed(),
    };

    int MaxTokens => Math.Min(Identity.MaxTokens ?? int.MaxValue, _model.MaxTokens);

    async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var reply = new ArrayBufferWriter<byte>(1024);
        if (path.StartsWith(ModelServerControl.Prefix, StringComparison.Ordinal))
        {
            await ModelServerControl.AnswerAsync(http, this);
            return;
        }

        if (Identity.ApiKey is { } key && _dialect.NeedsKey(path) && http.Request.Headers.Authorization != $"Bearer {key}")
        {
            await SendAsync(http, reply, 401, _dialect.WriteUnauthorized);
            return;
        }

        try
        {
            // A server of a head has no such path.
            if (_head is null && path == _dialect.GeneratePath && HttpMethods.IsPost(http.Request.Method)) await GenerateAsync(http, reply);
            else if (_head is not null && path == _dialect.PoolingPath) await PoolAsync(http, reply, _head);
            else if (path is "/tokenize" or "/detokenize" && HttpMethods.IsPost(http.Request.Method))
                await TokenizeAsync(http, reply, path);
            else await SendAsync(http, reply, 200, json =>
            {
                if (!_dialect.Describe(path, json, Identity, _model.Model, MaxTokens)) throw new ServedRefusal(404, "Not Found");
            });
        }
        catch (ServedRefusal refusal)
        {
            reply.ResetWrittenCount();
            await SendAsync(http, reply, refusal.Status, json => _dialect.WriteError(json, refusal));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads the answer.
        }
    }

    async Task GenerateAsync(HttpContext http, ArrayBufferWriter<byte> buffer)
    {
        var fault = _faults.TryDequeue(out var next) ? next : null;
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        if (fault is not null)
        {
            if (fault.Delay > TimeSpan.Zero) await Task.Delay(fault.Delay, http.RequestAborted);
            if (fault.Until is { } until) await until.WaitAsync(http.RequestAborted);
            if (fault.RetryAfter is { } after) http.Response.Headers.RetryAfter = after;
            if (fault.Status is { } status) throw new ServedRefusal(status, "the test wants it so");
        }

        var (identity, sampling) = (Identity, _dialect.Read(body.RootElement, Identity, MaxTokens));
        var reply = await DrawAsync(sampling, http.RequestAborted);
        await SendAsync(
            http, buffer, 200, json => _dialect.Write(json, body.RootElement, identity, _model.Model, reply), fault?.IsCut ?? false);
    }

    async Task PoolAsync(HttpContext http, ArrayBufferWriter<byte> buffer, ServedHead head)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        var (identity, (tokens, activated)) = (Identity, _dialect.ReadPooling(body.RootElement, Identity, MaxTokens));
        Interlocked.Increment(ref _running);
        try
        {
            var values = await head.ValuesAsync(tokens, activated, http.RequestAborted);
            Interlocked.Increment(ref _served);
            await SendAsync(http, buffer, 200, json => _dialect.WritePooling(json, identity, values));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    async Task<ServedReply> DrawAsync(ServedSampling sampling, CancellationToken ct)
    {
        Interlocked.Increment(ref _running);
        try
        {
            var reply = await _model.DrawAsync(sampling, ct);
            Interlocked.Increment(ref _served);
            Interlocked.Add(ref _promptTokens, reply.PromptTokens);
            Interlocked.Add(ref _cachedTokens, reply.CachedTokens);
            Interlocked.Add(ref _drawnTokens, reply.Tokens.Length);
            return reply;
        }
        catch (ModelFaultException e)
        {
            throw new ServedRefusal(500, e.Message);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _aborted);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    async Task TokenizeAsync(HttpContext http, ArrayBufferWriter<byte> buffer, string path)
    {
        Interlocked.Increment(ref _tokenized);
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        await SendAsync(http, buffer, 200, json =>
        {
            if (path == "/tokenize") _dialect.Tokenize(json, body.RootElement, _model.Model, MaxTokens);
            else _dialect.Detokenize(json, body.RootElement, _model.Model);
        });
    }

    static async Task SendAsync(
        HttpContext http, ArrayBufferWriter<byte> buffer, int status, Action<Utf8JsonWriter> write, bool isCut = false)
    {
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = buffer.WrittenCount;
        var sent = isCut ? buffer.WrittenCount / 2 : buffer.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(buffer.WrittenMemory[..sent], http.RequestAborted);
        if (isCut) http.Abort();
    }
}
