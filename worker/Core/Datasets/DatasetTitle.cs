using System.Text.RegularExpressions;

namespace RebaseBatch.Core.Datasets;

/// <summary>A dataset's name as people say it: the file's name without the ending that says its format. Pure.</summary>
static partial class DatasetTitle
{
    /// <summary>
    /// The end of a file's name, with the character before it as the first group: to .NET and to PostgreSQL the same, without regard to
    /// case.
    /// </summary>
    public const string Ending = @"(.)\.(jsonl|ndjson|json|csv|tsv|txt|parquet)(\.(gz|zst))?$";

    /// <param name="fileName">Such as <c>gsm8k.jsonl</c> or <c>math.csv.gz</c>; null when it is not known.</param>
    public static string? Of(string? fileName) => fileName is null ? null : Known().Replace(fileName, "$1");

    [GeneratedRegex(Ending, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
