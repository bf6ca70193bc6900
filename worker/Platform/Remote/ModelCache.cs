using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// Model files of elsewhere on this machine's disk. Each is named by its SHA-256, and gets its name when it has been found to be true: what
/// has a name is whole. Any number of processes share a folder; a file is fetched by one of them, and one that dies leaves a part that the
/// next goes on with.
/// </summary>
/// <param name="folder">Created when the first file is fetched.</param>
sealed class ModelCache(string folder, RemoteFiles files, TimeProvider time, ILogger<ModelCache> log)
{
    /// <summary>Where the file of that content lies once it was fetched.</summary>
    /// <param name="extension">With its dot.</param>
    public string PathOf(string sha256, string extension) => Path.Combine(folder, sha256 + extension);

    /// <summary>Fetches the file unless it is here.</summary>
    /// <param name="sha256">Of its content, lower-case hex.</param>
    /// <param name="extension">Of its name here, with the dot.</param>
    /// <returns>Its path here.</returns>
    /// <exception cref="UserException">It can't be had, is another file than the one of that SHA-256, or can't be written.</exception>
    public async Task<string> FetchAsync(RemoteUri uri, string sha256, string extension, CancellationToken ct)
    {
        var path = PathOf(sha256, extension);
        if (File.Exists(path)) return path;
        try
        {
            DurableFiles.CreateFolder(folder);
            var shown = uri.ToString();
            using var held = await FileLock.TakeAsync($"{path}.lock", () => log.DownloadAwaited(shown), time, ct);
            // Whoever held the lock before has fetched it.
            if (!File.Exists(path)) await FetchAloneAsync(uri, sha256, path, ct);
            return path;
        }
        catch (RemoteFaultException e)
        {
            throw new UserException(ExitCode.NotFound, $"{e.Message}; what is here of it is kept", e);
        }
        catch (IOException e) when (DiskFaults.IsFull(e))
        {
            throw new UserException(ExitCode.NoPermission, $"the disk of {folder} is full, and {uri} is not whole: make room, and it goes on from there", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(ExitCode.NoPermission, $"{uri} can't be kept in {folder}: {e.Message}; set Rebase:Inference:ModelCacheDirectory to a folder that this user may write", e);
        }
    }

    async Task FetchAloneAsync(RemoteUri uri, string sha256, string path, CancellationToken ct)
    {
        var partPath = $"{path}.part";
        await using (var part = PartFile.Open(partPath, uri.ToString()))
        {
            var hash = await DownloadAsync(part, uri, ct);
            if (hash != sha256 && part.IsContinued)
            {
                // The earlier bytes may have been lost in a power cut: the address is not to blame before it was read in one go.
                log.DownloadBegunAnew(uri.ToString());
                part.Clear();
                hash = await DownloadAsync(part, uri, ct);
            }

            if (hash != sha256)
            {
                PartFile.Delete(partPath);
                throw new UserException(ExitCode.ModelUnusable, $"{uri} is not the file that was asked for: its SHA-256 is {hash}, and {sha256} was stated; mend whichever is wrong");
            }

            // Before the name exists: after a power cut a name never stands for half a file.
            part.Flush();
        }

        // A crash before this line leaves the part; after it, a file that is whole, and at most what stands beside the part.
        File.Move(partPath, path, overwrite: true);
        DurableFiles.FlushFolder(folder);
        PartFile.Delete(partPath);
    }

    async Task<string> DownloadAsync(PartFile part, RemoteUri uri, CancellationToken ct)
    {
        var report = new DownloadReport(uri, part.Length, time, log);
        await files.DownloadOf(uri).RunAsync(part, report.Moved, ct);
        report.Ended(part.Length);
        return await part.HashAsync(ct);
    }
}
