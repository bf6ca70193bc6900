using System.Text.RegularExpressions;

namespace RebaseBatch.Durable.Results;

/// <summary>Names of result files. Each holds a hash of its content, so different results have different names.</summary>
static partial class BlobName
{
    public static string OfBatch(long jobId, Guid jobKey, int batchNo, string sha256, string kind) =>
        $"{Folder(jobId, jobKey)}/batch-{batchNo:D4}.{sha256[..12]}.{kind}.jsonl";

    public static string OfSummary(long jobId, Guid jobKey, string sha256) => $"{Folder(jobId, jobKey)}/summary.{sha256[..12]}.json";

    /// <exception cref="ArgumentException">The name could lead out of the store, or would not be the same in every store.</exception>
    public static void Check(string name)
    {
        if (!Valid.IsMatch(name))
        {
            throw new ArgumentException(
                $"'{name}' is not the name of a result file: use segments of letters, digits, '.', '-' and '_', separated by '/', "
                + "none of which begins with '.'", nameof(name));
        }
    }

    /// <summary>Where all files of a job are. The key tells the jobs of two databases apart that use one store.</summary>
    public static string Folder(long jobId, Guid jobKey) => $"job-{jobId}-{jobKey.ToString("N")[..8]}";

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Valid { get; }
}
