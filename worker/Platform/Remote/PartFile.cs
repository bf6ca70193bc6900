using System.Security.Cryptography;
using System.Text.Json;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// The first bytes of a file that is being fetched. Beside it stands what they are of, so that another process can go on with them: that
/// file is written when a new content begins, after the old bytes are gone.
/// </summary>
sealed class PartFile : IAsyncDisposable
{
    readonly FileStream _file;
    readonly string? _statePath;
    PartState? _state;

    PartFile(FileStream file, string? statePath, PartState? state)
    {
        (_file, _statePath, _state) = (file, statePath, state);
        if (state?.Validator is null) Clear();
        _file.Position = _file.Length;
        IsContinued = _file.Length > 0;
    }

    public string Folder => Path.GetDirectoryName(_file.Name)!;

    /// <summary>Number of bytes at hand.</summary>
    public long Length => _file.Length;

    /// <summary>Of the content that they are of.</summary>
    public string? Validator => _state?.Validator;

    /// <summary>Of the whole file; null when unknown.</summary>
    public long? WholeLength => _state?.Length;

    /// <summary>Whether bytes of an earlier run are among them.</summary>
    public bool IsContinued { get; private set; }

    public bool IsWhole => WholeLength is { } whole && Length == whole;

    /// <summary>Goes on with the part file at that path, or begins one. One process at a time.</summary>
    /// <param name="source">The file's address as it may be seen; bytes from elsewhere are not gone on with.</param>
    public static PartFile Open(string path, string source)
    {
        var statePath = path + ".json";
        var state = Read(statePath) is { } stored && stored.Source == source ? stored : null;
        // Not buffered: what is written outlives this process.
        return new(new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1, FileOptions.Asynchronous), statePath, state);
    }

    /// <summary>A file without a future: it goes when it is closed.</summary>
    public static PartFile Temporary() => new(
        new(Path.Combine(Path.GetTempPath(), $"rebase-{Guid.NewGuid():N}.part"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.Asynchronous | FileOptions.DeleteOnClose), null, null);

    /// <summary>Drops the bytes at hand.</summary>
    public void Clear()
    {
        if (_file.Length > 0) _file.SetLength(0);
        (_file.Position, IsContinued, _state) = (0, false, null);
    }

    /// <summary>Drops the bytes at hand: those of another content follow.</summary>
    /// <param name="source">The file's address as it may be seen.</param>
    public async Task BeginAsync(string source, RemoteContent content, CancellationToken ct)
    {
        Clear();
        _state = new(source, content.Validator, content.Length);
        if (_statePath is null) return;
        // In one step: half a state would be none, and the bytes lost.
        var writing = _statePath + ".writing";
        await File.WriteAllBytesAsync(writing, JsonSerializer.SerializeToUtf8Bytes(_state, PartStateJson.Default.PartState), ct);
        File.Move(writing, _statePath, overwrite: true);
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => _file.WriteAsync(bytes, ct);

    /// <summary>SHA-256 of the bytes at hand, lower-case hex.</summary>
    public async Task<string> HashAsync(CancellationToken ct)
    {
        _file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(_file, ct));
    }

    /// <summary>The bytes at hand from the first on; valid until this is disposed.</summary>
    public Stream FromStart()
    {
        _file.Position = 0;
        return _file;
    }

    /// <summary>Null when the disk has room for so many more bytes, or does not say; else how many it has room for.</summary>
    public long? RoomFor(long bytes)
    {
        var disk = new DriveInfo(Folder);
        return disk.TotalSize > 0 && disk.AvailableFreeSpace is var free && free < bytes ? free : null;
    }

    /// <summary>Writes them to the disk itself.</summary>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <summary>Removes the file at that path and what stands beside it.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + ".json");
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    static PartState? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PartStateJson.Default.PartState);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}
