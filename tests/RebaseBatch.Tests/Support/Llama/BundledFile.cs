using System.Security.Cryptography;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>The file of a bundled model, as a server of files has it.</summary>
static class BundledFile
{
    public static byte[] Content(string name) => File.ReadAllBytes(Models.PathOf(name));

    public static string Sha256(string name) => Convert.ToHexStringLower(SHA256.HashData(Content(name)));

    /// <summary>How a job names it.</summary>
    public static string Reference(string uri, string name) => $"{uri}#sha256={Sha256(name)}";
}
