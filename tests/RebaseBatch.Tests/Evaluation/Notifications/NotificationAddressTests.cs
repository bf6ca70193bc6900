using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Notifications;

[Fast]
public sealed class NotificationAddressTests
{
    [Theory]
    [InlineData("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd", "slack", "https://hooks.slack.com/…abcd")]
    [InlineData("https://prod-23.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=abc-EFGH", "teams",
        "https://prod-23.westeurope.logic.azure.com/…EFGH")]
    [InlineData("https://default1.2a.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1?sig=4321", "teams",
        "https://default1.2a.environment.api.powerplatform.com/…4321")]
    [InlineData("https://contoso.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4zzzz", "teams",
        "https://contoso.webhook.office.com/…zzzz")]
    [InlineData("https://example.org/hook", "webhook", "https://example.org/…")]
    [InlineData("https://hooks.slack.com.example.org/x", "webhook", "https://hooks.slack.com.example.org/…")]
    [InlineData("http://127.0.0.1:8080/", "webhook", "http://127.0.0.1:8080/")]
    [InlineData("http://localhost:8080/hook?token=1", "webhook", "http://localhost:8080/…")]
    public void An_address_has_its_hosts_form_and_is_shown_without_its_secret(string text, string form, string shown)
    {
        var address = NotificationAddress.Parse(text);
        Assert.Equal((form, shown), (StoredNames.Of(address.Form), address.ToString()));
        Assert.Equal("no /…", address.Without($"no {(address.Uri.PathAndQuery is "/" ? "/…" : address.Uri.PathAndQuery)}"));
    }

    [Theory]
    [InlineData("hooks.slack.com/services/T0/B0/secret", "write it as https://host/path")]
    [InlineData("https://", "write it as https://host/path")]
    [InlineData("ftp://example.org/secret", "write it as https://host/path")]
    [InlineData("http://example.org/secret", "would be sent unencrypted")]
    [InlineData("https://me:secret@example.org/", "contains a user or a password")]
    public void An_address_of_no_use_is_refused_without_showing_its_secret(string text, string told)
    {
        var refused = Assert.Throws<UserException>(() => NotificationAddress.Parse(text));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }
}
