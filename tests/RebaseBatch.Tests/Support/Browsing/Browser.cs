using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Xunit;

namespace RebaseBatch.Tests.Support.Browsing;

/// <summary>
/// The test's own headless Chromium, driven by Playwright in a node process that takes a line of JSON and answers with one.
/// </summary>
sealed class Browser : IAsyncDisposable
{
    static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    // Playwright's own limit is the shorter one, because it says what it waited for.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45), s_grace = TimeSpan.FromSeconds(15);

    // What npm brought, on Linux and x64; the same everywhere.
    static readonly string s_chromium = Metadata("Chromium");

    static readonly string? s_program =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name))).Prepend(Path.Combine(s_chromium, "chromium"))
        .FirstOrDefault(File.Exists);

    // Quotes are shown as they were written.
    static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Process _node;
    readonly TemporaryFolder _folder;
    readonly Task<string> _stderr;
    int _requests;

    Browser(Process node, TemporaryFolder folder) => (_node, _folder, _stderr) = (node, folder, node.StandardError.ReadToEndAsync());

    /// <summary>Starts it and does not wait for it; skips the test if there is no browser.</summary>
    public static Browser Start()
    {
        Assert.SkipWhen(s_program is null,
            "npm brings Chromium for Linux on x64 only, and no chromium, chromium-browser or google-chrome is on the path");
        var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("node", [Metadata("Browser"), s_program!])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The browser's profile is there too, and is deleted with the folder even if the browser was killed.
            Environment = { ["TMPDIR"] = folder.Path, ["NO_COLOR"] = "1" },
        };
        if (s_program!.StartsWith(s_chromium, StringComparison.Ordinal))
        {
            start.Environment["FONTCONFIG_FILE"] = Path.Combine(s_chromium, "fonts.conf");
            // A desktop's own libraries fit the desktop better than those that came with the browser.
            if (!NativeLibrary.TryLoad("libnss3.so", out _)) start.Environment["LD_LIBRARY_PATH"] = Path.Combine(s_chromium, "lib");
        }

        return new(Process.Start(start)!, folder);
    }

    static string Metadata(string key) => typeof(Browser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(part => part.Key == key).Value!;

    /// <summary>Opens an empty page.</summary>
    /// <param name="scripts">Whether the page's own scripts run; <see cref="BrowserPage.EvaluateAsync"/> does in any case.</param>
    public async Task<BrowserPage> OpenAsync(bool scripts = true) => new(this, (await AskAsync("open", new { scripts })).GetInt32());

    /// <summary>Errors and warnings of the pages' scripts, and what a security policy or the network refused to them, each once.</summary>
    public async Task<IReadOnlyList<string>> ComplaintsAsync() => (await AskAsync("complaints", new { })).Deserialize<string[]>()!;

    /// <summary>Sends one request and waits for its answer. Not for two requests at once.</summary>
    /// <param name="patience">45 seconds if not given.</param>
    /// <returns>The result; undefined if there is none.</returns>
    internal async Task<JsonElement> AskAsync(string act, object parts, int? page = null, TimeSpan? patience = null)
    {
        var (id, limit) = (++_requests, patience ?? s_patience);
        var request = JsonSerializer.Serialize(new { id, act, page, timeout = limit.TotalMilliseconds, parts }, s_plain);
        var reply = await ReplyAsync(request, limit + s_grace);
        if (reply.TryGetProperty("error", out var error)) Assert.Fail($"{request}\n{error}");
        Assert.Equal(id, reply.GetProperty("id").GetInt32());
        return reply.TryGetProperty("result", out var result) ? result : default;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _node.StandardInput.Close();
            await _node.WaitForExitAsync().WaitAsync(s_grace);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            _node.Kill(entireProcessTree: true);
            await _node.WaitForExitAsync();
        }
        _node.Dispose();
        // The browser's children may write a little longer.
        await Eventually.TrueAsync(() =>
        {
            try
            {
                _folder.Dispose();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    async Task<JsonElement> ReplyAsync(string request, TimeSpan limit)
    {
        try
        {
            await _node.StandardInput.WriteLineAsync(request);
            if (await _node.StandardOutput.ReadLineAsync().WaitAsync(limit) is { } line)
                return JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // Reported below, with node's messages.
        }
        _node.Kill(entireProcessTree: true);
        Assert.Fail($"no answer to {request}\n{await _stderr}");
        return default;
    }
}
