using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Result files in a folder. Each is written to a temporary file beside it, flushed to the disk, and then linked to its name, which fails
/// when the name is taken. A crash leaves at most a temporary file, which is deleted when it is a day old.
/// </summary>
sealed class FolderResultBlobs(string root, TimeProvider? time = null) : IResultBlobs
{
    const string TempPrefix = ".writing-";

    // EROFS on Linux and macOS, which .NET passes on unchanged. A container's root is often mounted read-only.
    const int ReadOnlyFileSystem = 30;

    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly ConcurrentDictionary<string, bool> _cleaned = new(StringComparer.Ordinal);

    public string Location { get; } = Path.GetFullPath(root);

    public Task EnsureWritableAsync(CancellationToken ct)
    {
        WritableFolder.Ensure(Location);
        return Task.CompletedTask;
    }

    public async Task<BlobReceipt> PutOnceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var path = PathOf(name);
        try
        {
            return new(name, path, await WriteAsync(path, content, ct));
        }
        catch (Exception e) when (e is UnauthorizedAccessException || e is IOException && e.HResult == ReadOnlyFileSystem)
        {
            throw new UserException(
                ExitCode.NoPermission,
                $"no permission to write the result file '{path}': make its folder writable or choose another results folder", e);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"the result file '{path}' could not be written ({e.Message}): "
                + "free or mount the disk, or choose another results folder", e);
        }
    }

    public Task<string?> HashAsync(string name, CancellationToken ct) => ReadAsync(PathOf(name), async path =>
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    });

    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        // The first segment may be the beginning of a folder's name.
        var names = await ReadAsync<IReadOnlyList<string>>(Location, root =>
            Task.FromResult<IReadOnlyList<string>?>([.. Directory.EnumerateFileSystemEntries(root, $"{prefix.Split('/')[0]}*")
                .SelectMany(entry => Directory.Exists(entry) ? Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories) : [entry])
                .Where(path => !Path.GetFileName(path).StartsWith(TempPrefix, StringComparison.Ordinal))
                .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))])) ?? [];
        foreach (var name in names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            ct.ThrowIfCancellationRequested();
            yield return name;
        }
    }

    public async Task<bool> DeleteAsync(string name, CancellationToken ct) => await ReadAsync(PathOf(name), path =>
    {
        if (!File.Exists(path)) return Task.FromResult<string?>(null);
        File.Delete(path);
        var folder = Path.GetDirectoryName(path)!;
        // A job's folder goes with its last file. A writer that comes later creates it again.
        if (folder != Location && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        return Task.FromResult<string?>(path);
    }) is not null;

    string PathOf(string name)
    {
        BlobName.Check(name);
        return Path.Combine(Location, name.Replace('/', Path.DirectorySeparatorChar));
    }

    /// <returns>Null when the path leads nowhere.</returns>
    static async Task<T?> ReadAsync<T>(string path, Func<string, Task<T?>> read) where T : class
    {
        try
        {
            return await read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserException(ExitCode.NoPermission, $"no permission for '{path}': run as the user of the worker", e);
        }
    }

    async Task<bool> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (File.Exists(path)) return await SameOrThrowAsync(path, content, ct);
        var folder = Path.GetDirectoryName(path)!;
        DurableFiles.CreateFolder(folder);
        if (_cleaned.TryAdd(folder, true)) DeleteLeftovers(folder);

        var temp = Path.Combine(folder, $"{TempPrefix}{Guid.NewGuid():N}");
        try
        {
            await using (var file = new FileStream(temp, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await file.WriteAsync(content, ct);
                // Before the name exists, so that after a power cut no name leads to half a file.
                file.Flush(flushToDisk: true);
            }
            // A crash before this line leaves a temporary file; after it, the file is whole.
            if (!DurableFiles.TryName(temp, path)) return await SameOrThrowAsync(path, content, ct);
            // A power cut may lose the name until the folder is flushed. Only after this line does the caller count the file as written.
            DurableFiles.FlushFolder(folder);
            return true;
        }
        finally
        {
            File.Delete(temp);
        }
    }

    // Its writer may have crashed before it flushed the folder, so this flushes it as well.
    static async Task<bool> SameOrThrowAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (new FileInfo(path).Length != content.Length) throw new BlobConflictException(path);
        var there = await File.ReadAllBytesAsync(path, ct);
        if (!there.AsSpan().SequenceEqual(content.Span)) throw new BlobConflictException(path);
        DurableFiles.FlushFolder(Path.GetDirectoryName(path)!);
        return false;
    }

    void DeleteLeftovers(string folder)
    {
        // No write takes a day, so the file of a living writer is never among them.
        var before = _time.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (var leftover in Directory.EnumerateFiles(folder, TempPrefix + "*"))
            if (File.GetLastWriteTimeUtc(leftover) < before) File.Delete(leftover);
    }
}
