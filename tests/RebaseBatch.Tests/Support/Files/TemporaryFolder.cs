namespace RebaseBatch.Tests.Support.Files;

/// <summary>
/// A folder that is deleted with the test. Every user may enter it: when the tests run as root, PostgreSQL runs as another user.
/// </summary>
sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("rebase-tests-").FullName;

    /// <summary>Writes a file of that name, which may have folders in it.</summary>
    /// <returns>Its full path.</returns>
    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Writes a shell script that can be run as a program.</summary>
    public void WriteProgram(string name, string script)
    {
        var path = Write(name, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
