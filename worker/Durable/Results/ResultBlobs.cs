using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Durable.Results;

/// <summary>Chooses the store of the result files.</summary>
static class ResultBlobs
{
    /// <param name="account">The configured Azure Storage account; null without one.</param>
    public static IResultBlobs Of(ResultsOptions options, BlobAccount? account) =>
        account is null ? new FolderResultBlobs(options.Directory) : new AzureResultBlobs(account.Container(options.Container));
}
