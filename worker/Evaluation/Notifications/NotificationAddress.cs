using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>
/// Where notifications are posted. The path of such an address is a secret: whoever has it may post there. Show only
/// <see cref="ToString"/>.
/// </summary>
sealed record NotificationAddress
{
    // Fewer letters than this are no secret that anybody hands out, and its end would be most of it.
    const int SecretLength = 24;

    static readonly string[] s_slack = ["hooks.slack.com", "hooks.slack-gov.com"];

    static readonly string[] s_teams = [".webhook.office.com", ".logic.azure.com", ".logic.azure.us", ".api.powerplatform.com"];

    NotificationAddress(Uri uri) => Uri = uri;

    public Uri Uri { get; }

    /// <summary>The form that the host is known to want.</summary>
    public NotificationForm Form => s_slack.Contains(Uri.IdnHost, StringComparer.OrdinalIgnoreCase) ? NotificationForm.Slack
        : s_teams.Any(host => Uri.IdnHost.EndsWith(host, StringComparison.OrdinalIgnoreCase)) ? NotificationForm.Teams
        : NotificationForm.Webhook;

    /// <exception cref="UserException">BadInput: nothing can be posted there, or only unencrypted.</exception>
    public static NotificationAddress Parse(string text)
    {
        // The text is not repeated as a whole: it may be a secret with a slip in it.
        if (!MaskedUri.IsUri(text) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new UserException(ExitCode.BadInput,
                $"the address for notifications that begins with '{text[..Math.Min(text.Length, 8)]}' is not usable: write it as "
                    + "https://host/path");
        if (uri.UserInfo.Length > 0)
            throw new UserException(ExitCode.BadInput, $"the address at {uri.Host} contains a user or a password: remove it");
        if (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback)
            throw new UserException(ExitCode.BadInput,
                $"notifications to http://{uri.Authority} would be sent unencrypted: write the address with https (only an address of this "
                    + "machine may be http)");
        return new(new Uri(uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)));
    }

    /// <summary>
    /// <c>https://hooks.slack.com/…Xy9z</c>: the host, and the end of a long secret, so that two of them can be told apart.
    /// </summary>
    public override string ToString()
    {
        var secret = Uri.PathAndQuery;
        var end = secret.Length < SecretLength ? "" : secret[^4..];
        return $"{Uri.GetLeftPart(UriPartial.Authority)}/{(secret.Length > 1 ? $"…{end}" : "")}";
    }

    /// <summary>A text of the other side with this address's secret taken out.</summary>
    public string Without(string text) =>
        Uri.PathAndQuery.Length > 1 ? text.Replace(Uri.PathAndQuery, "/…", StringComparison.OrdinalIgnoreCase) : text;
}
