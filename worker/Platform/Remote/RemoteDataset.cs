using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>Reads datasets that lie elsewhere.</summary>
static class RemoteDataset
{
    /// <summary>Reads it once it is here as a whole: a connection that breaks is made again and no line is read twice. Nothing of it stays on the disk.</summary>
    /// <param name="lines">Numbers of the lines that are taken.</param>
    /// <exception cref="UserException">It is not there, may not be read, or is not the one that its address states.</exception>
    /// <exception cref="IOException">It can't be had for now.</exception>
    public static async Task<Dataset> ReadAsync(RemoteFiles files, RemoteUri uri, LineRange lines, CancellationToken ct)
    {
        await using var part = PartFile.Temporary();
        await files.DownloadOf(uri).RunAsync(part, static (_, _) => { }, ct);
        if (uri.Sha256 is { } stated && await part.HashAsync(ct) is var hash && hash != stated)
            throw new UserException(ExitCode.BadInput, $"{uri} is not the file that was asked for: its SHA-256 is {hash}, and {stated} was stated; mend whichever is wrong");
        return await DatasetReader.ReadAsync(part.FromStart(), uri.Name, ct, lines);
    }
}
