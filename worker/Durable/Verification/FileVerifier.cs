using Npgsql;
using RebaseBatch.Durable.Results;

namespace RebaseBatch.Durable.Verification;

/// <summary>Reads every result file that a row names and compares its hash, and lists the files that no row names.</summary>
sealed class FileVerifier(NpgsqlDataSource db, IResultBlobs blobs)
{
    const int Examples = 5;

    /// <param name="files">All files that rows name.</param>
    /// <param name="folders">The folders of all jobs.</param>
    public async Task<IReadOnlyList<Finding>> RunAsync(
        IReadOnlyList<StoredFile> files, IReadOnlyList<string> folders, CancellationToken ct)
    {
        var faults = new List<(StoredFile File, string Fault)>();
        foreach (var file in files)
        {
            var hash = await blobs.HashAsync(file.Name, ct);
            // While workers run, a job may be retried or deleted after the rows were read.
            if (hash == file.Sha256 || !await IsNamedAsync(file, ct)) continue;
            faults.Add((file, hash is null ? $"{file.Name} is missing" : $"{file.Name} has other content than its row says"));
        }

        var (named, ours) = (files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal), folders.ToHashSet(StringComparer.Ordinal));
        var (unnamed, foreign) = (new List<string>(), new List<string>());
        await foreach (var name in blobs.ListAsync("job-", ct))
            if (!named.Contains(name)) (ours.Contains(name.Split('/')[0]) ? unnamed : foreign).Add(name);
        return
        [
            new(FileFaults, files.Count, faults.Count, [.. faults.Take(Examples).Select(found => found.Fault)], null)
            {
                Files = [.. faults.Select(found => found.File)],
            },
            Note("unnamed_files", unnamed, "left over from results that were replaced; they may be deleted"),
            Note("files_of_no_job", foreign, "of a deleted job, or of another database that uses the same place"),
        ];
    }

    /// <summary>The check's name.</summary>
    public const string FileFaults = "result_files";

    static Finding Note(string check, List<string> names, string wayOut) =>
        new(check, names.Count, names.Count, [.. names.Take(Examples)], wayOut) { IsNote = true };

    async Task<bool> IsNamedAsync(StoredFile file, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await new FileRows(connection).IsNamedAsync(file, ct);
    }
}
