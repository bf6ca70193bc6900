using System.Security.Cryptography;
using System.Text.Json;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// The first bytes of a file that is being fetched. A second file says which content they belong to, so that another process can continue.
/// The second file is written when a new content begins, after the old bytes are removed.
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

    /// <summary>Number of bytes that are here.</summary>
    public long Length => _file.Length;

    /// <summary>The validator of the content that these bytes belong to.</summary>
    public string? Validator => _state?.Validator;

    /// <summary>Bytes of the whole file; null when unknown.</summary>
    public long? WholeLength => _state?.Length;

    /// <summary>Whether some of the bytes come from an earlier run.</summary>
    public bool IsContinued { get; private set; }

    public bool IsWhole => WholeLength is { } whole && Length == whole;

    /// <summary>Continues the part file at that path, or begins a new one. Only one process at a time.</summary>
    /// <param name="source">The file's address without secrets; bytes from another address are not continued.</param>
    public static PartFile Open(string path, string source)
    {
        var statePath = path + ".json";
        var state = Read(statePath) is { } stored && stored.Source == source ? stored : null;
        // Not buffered: written bytes outlive this process.
        return new(new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1, FileOptions.Asynchronous), statePath, state);
    }

    /// <summary>A temporary file: it is deleted when it is closed.</summary>
    public static PartFile Temporary() => new(
        new(Path.Combine(Path.GetTempPath(), $"rebase-{Guid.NewGuid():N}.part"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            1, FileOptions.Asynchronous | FileOptions.DeleteOnClose), null, null);

    /// <summary>Removes all bytes.</summary>
    public void Clear()
    {
        if (_file.Length > 0) _file.SetLength(0);
        (_file.Position, IsContinued, _state) = (0, false, null);
    }

    /// <summary>Removes all bytes, because those of another content follow.</summary>
    /// <param name="source">The file's address without secrets.</param>
    public async Task BeginAsync(string source, RemoteContent content, CancellationToken ct)
    {
        Clear();
        _state = new(source, content.Validator, content.Length);
        if (_statePath is null) return;
        // In one step: half a state could not be read, and the bytes would be lost.
        var writing = _statePath + ".writing";
        await File.WriteAllBytesAsync(writing, JsonSerializer.SerializeToUtf8Bytes(_state, PartStateJson.Default.PartState), ct);
        File.Move(writing, _statePath, overwrite: true);
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => _file.WriteAsync(bytes, ct);

    /// <summary>SHA-256 of the bytes, lower-case hex.</summary>
    public async Task<string> HashAsync(CancellationToken ct)
    {
        _file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(_file, ct));
    }

    /// <summary>All bytes from the first on; valid until this object is disposed.</summary>
    public Stream FromStart()
    {
        _file.Position = 0;
        return _file;
    }

    /// <summary>Null when the disk has room for that many more bytes, or does not say; otherwise how many bytes it has room for.</summary>
    public long? RoomFor(long bytes)
    {
        var disk = new DriveInfo(Folder);
        return disk.TotalSize > 0 && disk.AvailableFreeSpace is var free && free < bytes ? free : null;
    }

    /// <summary>Writes all bytes to the disk itself.</summary>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <summary>Removes the file at that path and its state file.</summary>
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
