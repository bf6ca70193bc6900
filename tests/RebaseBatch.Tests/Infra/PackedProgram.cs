using System.Diagnostics;
using Xunit;

namespace RebaseBatch.Tests.Infra;

/// <summary>
/// The program as people install it, for this system: the tool of the packed packages, and the folder that has .NET in it. Both come from
/// one build, in a folder of its own, so that the build of the tree stays as it is.
/// </summary>
public sealed class PackedProgram : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();

    public string Packages => Path.Combine(_folder.Path, "packages");

    /// <summary>The tool, from a source that has these packages and nothing else.</summary>
    public string Tool => Path.Combine(_folder.Path, "tool", Program);

    public string SelfContained => Path.Combine(_folder.Path, "folder", Program);

    static string Program => OperatingSystem.IsWindows() ? "rebase.exe" : "rebase";

    public async ValueTask InitializeAsync()
    {
        var worker = Path.Combine(Repository.Root, "worker");
        string[] build = ["--artifacts-path", Path.Combine(_folder.Path, "build"), "-v:q", "-p:RunAnalyzers=false"];
        await DotnetAsync(["pack", worker, "-o", Packages, .. build]);
        await DotnetAsync(
            ["publish", worker, "-r", LLamaSharpFiles.Platform, "--self-contained", "-o", Path.GetDirectoryName(SelfContained)!, .. build]);
        // Nothing of either may be found in the folder of the build, which takes more space than both.
        Directory.Delete(Path.Combine(_folder.Path, "build"), recursive: true);
        var source = _folder.Write("nuget.config", $"""
            <configuration><packageSources><clear /><add key="packed" value="{Packages}" /></packageSources></configuration>
            """);
        await DotnetAsync(["tool", "install", "RebaseBatch", "--tool-path", Path.GetDirectoryName(Tool)!, "--configfile", source]);
    }

    /// <summary>Runs one of the two; its data is in a folder of its own.</summary>
    /// <returns>What it wrote to stdout, after it ended with 0.</returns>
    public Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, [.. arguments, "--data", Path.Combine(_folder.Path, "data")])
        {
            WorkingDirectory = _folder.Path,
        };
        // A folder that has .NET in it needs none elsewhere.
        if (program == SelfContained)
            foreach (var root in (string[])["DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64"]) start.Environment[root] = "/none";
        return RunAsync(start);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    Task<string> DotnetAsync(string[] arguments)
    {
        // The repository's global.json names the SDK.
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
        };
        // An older build of the same version may be in the cache of the user's packages.
        if (arguments[0] == "tool") start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder.Path, "cache");
        return RunAsync(start);
    }

    static async Task<string> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        // Settings of these tests, and of the MSBuild that runs them, must not reach either.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Rebase", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        start.Environment["LLamaSharpBackend"] = "Cpu";
        // A build must leave no compiler running.
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"]) = ("1", "false");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', start.ArgumentList)}\n{await output}\n{await error}");
        return await output;
    }
}
