using System.Runtime.InteropServices;

namespace RebaseBatch.Tests.Infra;

/// <summary>LLamaSharp's native files beside a program.</summary>
static class LLamaSharpFiles
{
    /// <summary>The system that these tests were built for, as the package's folders call it.</summary>
    public static string Platform { get; } = (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folders that hold such files, or folders of them, relative to the program's and with slashes.</summary>
    public static IEnumerable<string> Folders(string program) => Directory
        .EnumerateDirectories(Path.Combine(program, "runtimes"), "native", SearchOption.AllDirectories)
        .Where(folder => Directory.EnumerateFiles(folder, "*llama.*", SearchOption.AllDirectories).Any())
        .Select(folder => Path.GetRelativePath(program, folder).Replace('\\', '/'));
}
