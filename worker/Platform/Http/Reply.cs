using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RebaseBatch.Platform.Http;

/// <summary>The answer to a request.</summary>
/// <param name="ContentSecurityPolicy">What a browser may load and run for it; nothing unless said.</param>
sealed record Reply(int Status, string ContentType, ReadOnlyMemory<byte> Body, string ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'")
{
    public static Reply Text(int status, string sentence) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(sentence + "\n"));

    /// <summary>Written with the default encoder: what is not ASCII or could end a script is escaped.</summary>
    public static Reply Json<T>(int status, T value, JsonTypeInfo<T> type) => new(status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(value, type));
}
