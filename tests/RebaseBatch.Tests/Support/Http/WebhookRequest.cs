namespace RebaseBatch.Tests.Support.Http;

/// <summary>A request that reached a <see cref="WebhookReceiver"/>.</summary>
/// <param name="Headers">With names in lower case.</param>
sealed record WebhookRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
