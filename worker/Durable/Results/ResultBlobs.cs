using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Durable.Results;

/// <summary>Which store takes the result files.</summary>
static class ResultBlobs
{
    /// <param name="account">The Azure Storage account of the configuration; null without one.</param>
    public static IResultBlobs Of(ResultsOptions options, BlobAccount? account) =>
        account is null ? new FolderResultBlobs(options.Directory) : new AzureResultBlobs(account.Container(options.Container));
}
