using System.Text.Json;

namespace RebaseBatch.Tests.Support.Browsing;

/// <summary>
/// A page of <see cref="Browser"/>, with its own storage. Targets are Playwright's selectors: CSS, or a role and an accessible name.
/// </summary>
sealed class BrowserPage(Browser browser, int number)
{
    // As long as other tests wait for a worker.
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Returns when the page and all that it needs are loaded.</summary>
    public Task GoToAsync(Uri address) => AskAsync("goTo", new { url = address.ToString() });

    /// <summary>The value of an expression in the page's script; the default of the type where it is null or undefined.</summary>
    public async Task<T?> EvaluateAsync<T>(string expression) =>
        await AskAsync("evaluate", new { expression }) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value
            ? value.Deserialize<T>() : default;

    /// <summary>Waits until the expression is true, over new pages as well; three minutes at most.</summary>
    public Task WaitForAsync(string expression) => AskAsync("waitFor", new { expression }, s_patience);

    /// <summary>The text of the one element that the target selects.</summary>
    public async Task<string?> TextAsync(string target) => (await AskAsync("text", new { target })).GetString();

    /// <summary>
    /// Scrolls to the one element that the target selects and clicks its middle with the pointer, once it can be reached there.
    /// </summary>
    public Task ClickAsync(string target) => AskAsync("click", new { target });

    /// <param name="key">Tab, Enter, ArrowLeft and such.</param>
    public Task PressAsync(string key) => AskAsync("press", new { key });

    /// <summary>Makes the window this large, in CSS pixels.</summary>
    public Task ResizeAsync(int width, int height) => AskAsync("resize", new { width, height });

    /// <param name="colorScheme">light or dark.</param>
    public Task PreferAsync(string colorScheme) => AskAsync("emulate", new { media = new { colorScheme } });

    /// <summary>From here on the page is laid out as on paper.</summary>
    public Task PrintsAsync() => AskAsync("emulate", new { media = new { media = "print" } });

    Task<JsonElement> AskAsync(string act, object parts, TimeSpan? patience = null) => browser.AskAsync(act, parts, number, patience);
}
