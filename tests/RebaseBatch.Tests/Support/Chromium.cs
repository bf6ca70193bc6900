using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace RebaseBatch.Tests.Support;

/// <summary>A headless browser, if the machine has one: spoken to by the DevTools protocol, so that no package and no driver is needed.</summary>
sealed class Chromium : IAsyncDisposable
{
    static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    readonly Process _process;
    readonly TemporaryFolder _profile;
    readonly Uri _devTools;
    readonly Task _talk;

    Chromium(Process process, TemporaryFolder profile, Uri devTools, Task talk) => (_process, _profile, _devTools, _talk) = (process, profile, devTools, talk);

    /// <summary>The program; null when none is on the path.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    public static async Task<Chromium> StartAsync()
    {
        var profile = new TemporaryFolder();
        // Without a sandbox, as root has none and it shows nothing but our own page.
        var start = new ProcessStartInfo(Program!, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank"])
        {
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            const string Mark = "DevTools listening on ";
            while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
            {
                // What it says from here on is nobody's matter, but must be taken from it.
                if (line.StartsWith(Mark, StringComparison.Ordinal)) return new(process, profile, new(line[Mark.Length..].Trim()), process.StandardError.ReadToEndAsync());
            }
            throw new InvalidOperationException($"{Program} ended before it could be spoken to");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Opens an empty page.</summary>
    public async Task<ChromiumPage> OpenAsync()
    {
        using var client = new HttpClient();
        using var response = await client.PutAsync(new Uri($"http://{_devTools.Authority}/json/new?about:blank"), null);
        var page = await response.Content.ReadFromJsonAsync<JsonElement>();
        return await ChromiumPage.ConnectAsync(new(page.GetProperty("webSocketDebuggerUrl").GetString()!));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _talk;
        _process.Dispose();
        // Its children may write a little longer.
        await Eventually.TrueAsync(() =>
        {
            try
            {
                _profile.Dispose();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }
}
