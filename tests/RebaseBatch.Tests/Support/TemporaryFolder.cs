namespace RebaseBatch.Tests.Support;

/// <summary>Folders that end with the test.</summary>
static class TemporaryFolder
{
    /// <summary>A new folder that every user may enter: as root, PostgreSQL runs as another user.</summary>
    public static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("rebase-tests-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return folder;
    }
}
