using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Evaluation.Notifications;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Notifications;

[Fast]
public sealed class WebhookSignatureTests
{
    /// <summary>The example of the specification's own libraries.</summary>
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static readonly byte[] s_body = """{"test": 2432232314}"""u8.ToArray();

    [Theory]
    [InlineData(Secret)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void The_known_message_has_the_known_signature(string secret) => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        new WebhookSignature(secret).Of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, s_body));

    [Fact]
    public void While_a_secret_changes_both_sign()
    {
        var other = RandomNumberGenerator.GetBytes(32);
        var both = new WebhookSignature($"{Secret} whsec_{Convert.ToBase64String(other)}").Of("msg_1", 5, s_body).Split(' ');
        Assert.Equal(2, both.Length);
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(other, Encoding.UTF8.GetBytes("""msg_1.5.{"test": 2432232314}""")))}",
            both[1]);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(Secret, null)]
    [InlineData("whsec_", "not a secret")]
    [InlineData("whsec_c2hvcnQ=", "not a secret")]
    [InlineData("correct horse battery staple", "not a secret")]
    public void A_weak_or_malformed_secret_is_refused_and_not_shown(string secret, string? told)
    {
        var fault = WebhookSignature.Fault(secret);
        if (told is null) Assert.Null(fault);
        else Assert.Contains(told, fault, StringComparison.Ordinal);
        if (secret.Length > 8) Assert.DoesNotContain(secret, fault ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_secret_nothing_is_signed() => Assert.False(new WebhookSignature("").IsThere);
}
