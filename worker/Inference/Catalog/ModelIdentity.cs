using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Catalog;

/// <summary>Which weights a result came from.</summary>
/// <param name="Sha256">
/// SHA-256 of the GGUF file, lower-case hex. Of a split model and of a reward model with a head: of all its files, as
/// <see cref="OfParts"/> makes it.
/// </param>
/// <param name="Parameters">Number of weights, over all files of the model.</param>
sealed record ModelIdentity(string Name, string Sha256, long Parameters)
{
    static readonly ConcurrentDictionary<FileStamp, string> s_hashes = new();

    /// <summary>Hashes the file, once per process unless it changes: gigabytes take seconds.</summary>
    /// <exception cref="UserException">It can't be read.</exception>
    public static async Task<string> HashAsync(string path, CancellationToken ct)
    {
        var key = FileStamp.Of(path);
        if (s_hashes.TryGetValue(key, out var known)) return known;
        try
        {
            await using var file =
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20,
                    FileOptions.Asynchronous | FileOptions.SequentialScan);
            return s_hashes[key] = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(ExitCode.NoPermission, $"the model file {path} can't be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// The identity of a model of several files: the hash of their hashes in order, one a line. <c>sha256sum FILES | cut -c1-64 |
    /// sha256sum</c> computes the same. A model of one file has that file's hash.
    /// </summary>
    public static string OfParts(IReadOnlyList<string> hashes) => hashes is [var only]
        ? only : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(hashes.Select(hash => $"{hash}\n")))));
}
