using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// Remote model files on this machine's disk. Each is named by its SHA-256 (a part of a split model by that of the whole model and its
/// number), and gets the name only after the check: a file with a name is complete. Any number of processes may share a folder. One of them
/// fetches a file; if it dies, the next one continues with its part.
/// </summary>
/// <param name="folder">The folder is created when the first file is fetched.</param>
sealed class ModelCache(string folder, RemoteFiles files, TimeProvider time, ILogger<ModelCache> log)
{
    /// <summary>The path of the file with that content, once it is fetched.</summary>
    /// <param name="extension">The ending of its name: the extension with the dot, of a part its number too.</param>
    public string PathOf(string sha256, string extension) => Path.Combine(folder, sha256 + extension);

    /// <summary>Fetches the file if it is not here.</summary>
    /// <param name="sha256">SHA-256 of its content, lower-case hex.</param>
    /// <param name="extension">The ending of its name here.</param>
    /// <param name="whole">Of a part of a split model the SHA-256 of the whole model, which names it; null for a whole file.</param>
    /// <returns>Its local path.</returns>
    /// <exception cref="UserException">It can't be fetched, has another SHA-256, or can't be written.</exception>
    public async Task<string> FetchAsync(RemoteUri uri, string sha256, string extension, CancellationToken ct, string? whole = null)
    {
        var path = PathOf(whole ?? sha256, extension);
        if (File.Exists(path)) return path;
        try
        {
            DurableFiles.CreateFolder(folder);
            var shown = uri.ToString();
            using var held = await FileLock.TakeAsync($"{path}.lock", () => log.DownloadAwaited(shown), time, ct);
            // The process that held the lock before may have fetched it.
            if (!File.Exists(path)) await FetchAloneAsync(uri, sha256, path, ct);
            return path;
        }
        catch (RemoteFaultException e)
        {
            throw new UserException(ExitCode.NotFound, $"{e.Message}; the part that is here is kept", e);
        }
        catch (IOException e) when (DiskFaults.IsFull(e))
        {
            throw new UserException(
                ExitCode.NoPermission, $"the disk of {folder} is full, and {uri} is not complete: make room, and the download " +
                "continues from there", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(
                ExitCode.NoPermission, $"{uri} can't be stored in {folder}: {e.Message}; set Rebase:Inference:ModelCacheDirectory " +
                "to a folder that this user may write", e);
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
                // A power failure may have damaged the earlier bytes. So the file is fetched once more from its start before the address
                // counts as wrong.
                log.DownloadBegunAnew(uri.ToString());
                part.Clear();
                hash = await DownloadAsync(part, uri, ct);
            }

            if (hash != sha256)
            {
                PartFile.Delete(partPath);
                throw new UserException(
                    ExitCode.ModelUnusable, $"{uri} is not the file that was asked for: its SHA-256 is " +
                    // Whoever names an address must not learn from an answer what lies there.
                    $"{(files.Sources.IsUnchecked ? hash : "another")}, and {sha256} was stated; correct the wrong one");
            }

            // Before the name exists: after a power failure a name never belongs to half a file.
            part.Flush();
        }

        // A crash before this line leaves the part. A crash after it leaves the complete file, and perhaps the state file of the part.
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
