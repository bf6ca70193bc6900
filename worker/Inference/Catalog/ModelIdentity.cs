using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace RebaseBatch.Inference.Catalog;

/// <summary>Which weights a result came from.</summary>
/// <param name="Sha256">SHA-256 of the GGUF file, lower-case hex.</param>
sealed record ModelIdentity(string Name, string Sha256, long Parameters)
{
    static readonly ConcurrentDictionary<(string Path, long Bytes, DateTime Written), string> s_hashes = new();

    /// <summary>Hashes the file, once per process unless it changes: gigabytes take seconds.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken ct)
    {
        var info = new FileInfo(path);
        var key = (info.FullName, info.Length, info.LastWriteTimeUtc);
        if (s_hashes.TryGetValue(key, out var known)) return known;
        await using var file =
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        s_hashes[key] = hash;
        return hash;
    }
}
