using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

[Fast]
public sealed class FolderResultBlobsTests : ResultBlobsConformance, IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FolderResultBlobs _blobs;

    public FolderResultBlobsTests() => _blobs = new(Path.Combine(_folder.Path, "results", "of", "mine"));

    private protected override IResultBlobs Blobs => _blobs;

    private protected override Task<byte[]> ReadAsync(string name) => File.ReadAllBytesAsync(Path.Combine(_blobs.Location, name), Ct);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_but_the_file_is_left_in_the_folder()
    {
        await _blobs.PutOnceAsync("a", new byte[3], Ct);
        await Assert.ThrowsAsync<BlobConflictException>(() => _blobs.PutOnceAsync("a", new byte[4], Ct));
        Assert.Equal(["a"], Directory.EnumerateFileSystemEntries(_blobs.Location).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Leftovers_of_a_crash_go_after_a_day_and_a_living_writers_file_stays()
    {
        Directory.CreateDirectory(_blobs.Location);
        string old = Path.Combine(_blobs.Location, ".writing-old"), young = Path.Combine(_blobs.Location, ".writing-young");
        foreach (var path in new[] { old, young }) await File.WriteAllTextAsync(path, "half", Ct);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-25));

        await _blobs.PutOnceAsync("a", new byte[3], Ct);

        Assert.Equal([".writing-young", "a"], Directory.EnumerateFiles(_blobs.Location).Select(f => Path.GetFileName(f))
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_in_the_folders_place_is_one_sentence_with_the_path_and_a_way_out()
    {
        var file = _folder.Write("file", "");
        var error = await Assert.ThrowsAsync<IOException>(() => new FolderResultBlobs(file).PutOnceAsync("a/b", new byte[1], Ct));
        Assert.Contains(Path.Combine(file, "a", "b"), error.Message, StringComparison.Ordinal);
        Assert.Contains("choose another results folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_permission_is_the_users_to_mend()
    {
        // Root may write anywhere except into the kernel's own folders, which refuse everybody (in a container they are mounted read-only).
        var root = OperatingSystem.IsLinux() ? "/sys/kernel" : ReadOnlyFolder();
        var error = await Assert.ThrowsAsync<UserException>(() => new FolderResultBlobs(root).PutOnceAsync("a", new byte[1], Ct));
        Assert.Equal(ExitCode.NoPermission, error.Code);
        Assert.Contains(root, error.Message, StringComparison.Ordinal);
    }

    string ReadOnlyFolder()
    {
        var folder = Path.Combine(_folder.Path, "read-only");
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        else Assert.Skip("Windows keeps folders' permissions in access lists.");
        return folder;
    }
}
