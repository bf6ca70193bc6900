using System.Text.RegularExpressions;

namespace RebaseBatch.Durable.Results;

/// <summary>Names of result files. They hold a hash of the content, so that writers of different results can't meet under one name.</summary>
static partial class BlobName
{
    public static string OfBatch(long jobId, Guid jobKey, int batchNo, string sha256, string kind) =>
        $"{Folder(jobId, jobKey)}/batch-{batchNo:D4}.{sha256[..12]}.{kind}.jsonl";

    public static string OfSummary(long jobId, Guid jobKey, string sha256) => $"{Folder(jobId, jobKey)}/summary.{sha256[..12]}.json";

    /// <exception cref="ArgumentException">The name could leave the store, or is not the same on every store.</exception>
    public static void Check(string name)
    {
        if (!Valid.IsMatch(name))
            throw new ArgumentException($"'{name}' is no name of a result file: segments of letters, digits, '.', '-' and '_', divided by '/', none starting with '.'", nameof(name));
    }

    static string Folder(long jobId, Guid jobKey) => $"job-{jobId}-{jobKey.ToString("N")[..8]}";

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Valid { get; }
}
