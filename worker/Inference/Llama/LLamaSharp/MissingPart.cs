using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>Reads from the message of the system's loader which part the machine lacks.</summary>
static partial class MissingPart
{
    // What Microsoft's redistributable has, and Windows itself has not. Windows' loader does not say which file it misses.
    static readonly string[] s_redistributable = ["VCOMP140.dll", "VCRUNTIME140.dll", "VCRUNTIME140_1.dll", "MSVCP140.dll"];

    // How the first line begins, which is .NET's and gives no reason.
    const string DotNets = "Unable to load";

    /// <summary>A clause that names the missing part: <c>libgomp.so.1 is missing</c>.</summary>
    /// <param name="message">.NET's message, with the loader's own lines in it.</param>
    public static string Of(string message)
    {
        if (OperatingSystem.IsWindows() && s_redistributable.FirstOrDefault(file => !IsHere(file)) is { } missing)
            return $"{missing} is missing";
        // .NET tries several names, and the loader complains of each. A missing file of the package itself comes last.
        var files = NotFound().Matches(message).Select(match => match.Groups["file"].Value).ToList();
        if (Version().Match(message) is { Success: true } version) return $"{version.Groups["version"].Value} is missing";
        if (files.Find(file => !Path.IsPathRooted(file)) is { } file) return $"{file} is missing";
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var reasons = lines.Where(line => !line.StartsWith(DotNets, StringComparison.Ordinal));
        return reasons.FirstOrDefault(line => line.Contains(": ", StringComparison.Ordinal)) ?? lines.FirstOrDefault()
            ?? "the loader gave no reason";
    }

    static bool IsHere(string file)
    {
        if (!NativeLibrary.TryLoad(file, out var handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }

    // glibc: "libgomp.so.1: cannot open shared object file"; musl: "Error loading shared library libgomp.so.1: No such file or directory";
    // macOS: "Library not loaded: @rpath/libomp.dylib".
    [GeneratedRegex(@"(?:Error loading shared library |Library not loaded: )(?<file>[^\s:]+)"
        + @"|(?<file>[^\s:]+): cannot open shared object file")]
    private static partial Regex NotFound();

    // glibc: "version `GLIBC_2.38' not found".
    [GeneratedRegex(@"version [`'](?<version>[^'`]+)' not found")]
    private static partial Regex Version();
}
