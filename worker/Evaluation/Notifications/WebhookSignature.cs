using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>
/// Signs a body as Standard Webhooks 1.0 says: HMAC-SHA256 of <c>id.timestamp.body</c>, in base64 behind <c>v1,</c>. Pure.
/// </summary>
sealed class WebhookSignature
{
    const string Mark = "whsec_";
    const int FewestBytes = 24, MostBytes = 64;

    readonly IReadOnlyList<byte[]> _keys;

    /// <param name="secrets">As <see cref="NotificationOptions.Secret"/> has them; checked by <see cref="Fault"/>.</param>
    public WebhookSignature(string secrets) => _keys = [.. Parts(secrets).Select(part => KeyOf(part)!)];

    /// <summary>Whether there is a secret to sign with.</summary>
    public bool IsThere => _keys.Count > 0;

    /// <summary>Why these are no secrets, without showing them; null if they are.</summary>
    public static string? Fault(string secrets) => Parts(secrets).All(part => KeyOf(part) is not null)
        ? null
        : $"it is not a secret: write it as {Mark} and {FewestBytes} to {MostBytes} bytes in base64; 'openssl rand -base64 32' makes some";

    /// <summary>The header <c>webhook-signature</c>: one signature for each secret, with spaces between them.</summary>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>, in seconds since 1970.</param>
    public string Of(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', _keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"));
    }

    static string[] Parts(string secrets) => secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // Without the mark it is base64 too, as in the libraries that verify.
    static byte[]? KeyOf(string secret)
    {
        var text = secret.StartsWith(Mark, StringComparison.Ordinal) ? secret[Mark.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length is >= FewestBytes and <= MostBytes ? key[..length] : null;
    }
}
