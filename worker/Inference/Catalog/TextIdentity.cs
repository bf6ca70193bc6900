using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RebaseBatch.Inference.Catalog;

/// <summary>Tells apart texts that models are given, in a form that people can read. Pure.</summary>
static class TextIdentity
{
    const int Digits = 8;

    /// <returns>The name, and the first digits of the SHA-256 of the texts in hex, such as "qwen-chat 1f2e3d4c".</returns>
    public static string Of(string name, params string[] texts) =>
        $"{name} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(texts))))[..Digits]}";
}
