using System.ComponentModel.DataAnnotations;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>The configuration section <c>Rebase:Notifications</c>: how workers tell what the gates of schedules say.</summary>
sealed class NotificationOptions : IValidatableObject
{
    /// <summary>
    /// What webhooks are signed with: <c>whsec_</c> and 24 to 64 bytes in base64. While receivers change to a new one: both, with a space
    /// between them. Empty: they are not signed.
    /// </summary>
    [Secret(IsWhole = true)]
    public string Secret { get; set; } = "";

    /// <summary>After how many hours of failures a notification is given up.</summary>
    [Range(0.01, 336)]
    public double GiveUpHours { get; set; } = 24;

    /// <summary>
    /// Where people reach the worker's page, such as <c>https://rebase.example.org/</c>; empty: notifications have no link.
    /// </summary>
    public string PageAddress { get; set; } = "";

    public TimeSpan GiveUpAfter => TimeSpan.FromHours(GiveUpHours);

    /// <summary>The report of a sweep on the page; null without a page.</summary>
    public Uri? ReportOf(long? sweepId) => PageAddress.Length == 0 || sweepId is not { } sweep
        ? null : new(new Uri($"{PageAddress.TrimEnd('/')}/"), $"reports/sweeps/{sweep}");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WebhookSignature.Fault(Secret) is { } fault) yield return new(fault, [nameof(Secret)]);
        if (PageAddress.Length > 0 && !(MaskedUri.IsUri(PageAddress) && Uri.TryCreate(PageAddress, UriKind.Absolute, out var page)
            && page is { Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" }))
            yield return new($"'{MaskedUri.Of(PageAddress)}' is not an address such as https://rebase.example.org/", [nameof(PageAddress)]);
    }
}
