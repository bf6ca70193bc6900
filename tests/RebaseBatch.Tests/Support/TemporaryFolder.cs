namespace RebaseBatch.Tests.Support;

/// <summary>A folder that ends with the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Create();

    /// <summary>A new folder that every user may enter: as root, PostgreSQL runs as another user.</summary>
    public static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("rebase-tests-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
