using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// Fetches the datasets that messages name. Whoever may send can name any address, so it is https or a blob of the configured account, and
/// never a port of the worker's own machine.
/// </summary>
static class RemoteDatasets
{
    public static DatasetSource Of(RemoteFiles files) => async (reference, ct) =>
    {
        var uri = RemoteUri.Parse(reference.Uri);
        if (uri.Address.Scheme != Uri.UriSchemeHttps && !files.AreOwn(uri))
            throw new UserException(ExitCode.BadInput, $"{uri} would be fetched unprotected: name it with https, or put it into the workers' storage account");
        return await RemoteDataset.ReadAsync(files, uri, new(reference.FirstLine ?? 1, reference.LastLine ?? int.MaxValue), ct);
    };
}
