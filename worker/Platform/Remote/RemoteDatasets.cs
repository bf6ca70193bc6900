using System.Net;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// Reads remote datasets: for a user of this machine from any address, for the sender of a message only from a guarded one.
/// </summary>
sealed class RemoteDatasets(RemoteFiles files)
{
    /// <summary>
    /// Reads the dataset that a message names. Anyone who may send can name any address. So the address must be https or a blob of the
    /// configured account, and never a port of the worker's own machine.
    /// </summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<Dataset> ReadGuardedAsync(DatasetReference reference, CancellationToken ct)
    {
        var uri = RemoteUri.Parse(reference.Uri);
        if (uri.Address.Scheme != Uri.UriSchemeHttps && !files.AreOwn(uri))
            throw new UserException(
                ExitCode.BadInput, $"{uri} would be fetched unencrypted: name it with https, or put it into the workers' storage account");
        if (!files.Sources.Allows(uri.Address.AbsoluteUri))
            throw new UserException(
                ExitCode.BadInput, $"{uri} is not one of the places that this worker takes datasets from: add it to " +
                "Rebase:Sources:Datasets, or put the dataset into the workers' storage account");
        return await ReadNamedAsync(uri, new(reference.FirstLine ?? 1, reference.LastLine ?? int.MaxValue), ct, reference.Fields());
    }

    /// <summary>
    /// Reads what somebody else names: a signature that the server refuses is a fault of the address (BadInput). No role helps that this
    /// worker's identity may get, because the server never sees the identity.
    /// </summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<Dataset> ReadNamedAsync(RemoteUri uri, LineRange lines, CancellationToken ct, DatasetFields? named = null)
    {
        try
        {
            return await ReadAsync(uri, lines, ct, named);
        }
        catch (UnknownFieldException e)
        {
            throw new UserException(ExitCode.BadInput, $"{uri}: {e.Message}", e);
        }
        catch (UserException e) when (uri.HasQuery && e.InnerException is HttpRequestException
        {
            StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden,
        })
        {
            throw new UserException(
                ExitCode.BadInput, $"{uri} may not be read with the signature in it, which has expired or does not allow it: send the " +
                $"message again with a new one ({e.InnerException.Message})", e);
        }
    }

    /// <summary>
    /// Reads a dataset once the whole file is here: a broken connection is made again, and no line is read twice. Nothing stays on the
    /// disk.
    /// </summary>
    /// <param name="lines">Numbers of the lines that are taken.</param>
    /// <param name="named">The fields that the user names; null for none.</param>
    /// <exception cref="UserException">It does not exist, may not be read, or is not the file whose SHA-256 its address states.</exception>
    /// <exception cref="IOException">It can't be fetched for now.</exception>
    public async Task<Dataset> ReadAsync(RemoteUri uri, LineRange lines, CancellationToken ct, DatasetFields? named = null)
    {
        await using var part = PartFile.Temporary();
        await files.DownloadOf(uri).RunAsync(part, static (_, _) => { }, ct);
        if (uri.Sha256 is { } stated && await part.HashAsync(ct) is var hash && hash != stated)
            throw new UserException(
                ExitCode.BadInput, $"{uri} is not the file that was asked for: its SHA-256 is " +
                $"{(files.Sources.IsUnchecked ? hash : "another")}, and {stated} was stated; correct the wrong one");
        return await DatasetReader.ReadAsync(part.FromStart(), uri.Name, ct, lines, named: named);
    }
}
