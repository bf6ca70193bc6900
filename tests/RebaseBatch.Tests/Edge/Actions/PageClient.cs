using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace RebaseBatch.Tests.Edge.Actions;

/// <summary>A browser's requests, one by one: it keeps one cookie and follows no redirect.</summary>
sealed partial class PageClient(Uri worker) : IDisposable
{
    readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseCookies = false, AllowAutoRedirect = false,
        // What the server does not read of a body may end its connection.
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    public string Origin => worker.GetLeftPart(UriPartial.Authority);

    /// <summary>The session's cookie; null: none is sent.</summary>
    public string? Cookie { get; set; }

    /// <summary>The newest header that set a cookie.</summary>
    public string? SetCookie { get; private set; }

    public Task<PageReply> GetAsync(string path) => SendAsync(new(HttpMethod.Get, new Uri(worker, path)));

    /// <summary>Sends a form as the page itself does.</summary>
    public async Task<PageReply> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await PostAsync(path, Origin, "same-origin", "application/x-www-form-urlencoded", await form.ReadAsStringAsync());
    }

    public Task<PageReply> PostAsync(string path, string? origin, string? site, string type, string body, string? host = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(worker, path))
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type)),
        };
        request.Headers.Host = host;
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        if (site is not null) request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        return SendAsync(request);
    }

    public Task<PageReply> LogInAsync(string name, string token) => PostAsync("actions/login", ("name", name), ("token", token));

    /// <summary>Presses the button of the form on the page that leads there.</summary>
    public Task<PageReply> SendFormAsync(PageReply page, string action) => PostAsync(action, ("form", FormToken(page.Text, action)));

    public static string FormToken(string page, string action) =>
        Form().Matches(page).Single(form => form.Groups[1].Value == action).Groups[2].Value;

    public void Dispose() => _client.Dispose();

    async Task<PageReply> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            if (Cookie is not null) request.Headers.Add("Cookie", $"rebase_session={Cookie}");
            using var response = await _client.SendAsync(request);
            if (response.Headers.TryGetValues("Set-Cookie", out var set))
            {
                SetCookie = set.Single();
                Cookie = SetCookie.Split(';')[0].Split('=')[1] is { Length: > 0 } value ? value : null;
            }

            return new(response.StatusCode, await response.Content.ReadAsStringAsync(),
                response.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    [GeneratedRegex("""action="([^"]+)">[^<]*(?:<p>[^<]*)?<input type="hidden" name="form" value="([0-9a-f]+)">""")]
    private static partial Regex Form();
}
