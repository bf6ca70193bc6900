using System.Diagnostics;

namespace RebaseBatch.Tests.Support.Processes;

/// <summary>The real program in a private mount namespace, in which libgomp.so.1 is not installed.</summary>
static class HiddenLibrary
{
    // The libraries' folder becomes one of links to what is in it, without libgomp's. Other processes see no change.
    const string Script = """
        set -e
        for folder in /usr/lib/*-linux-gnu /usr/lib64 /usr/lib; do
          [ -e "$folder/libgomp.so.1" ] && [ ! -L "$folder" ] || continue
          work=$(mktemp -d)
          mount -t tmpfs none "$work"
          mkdir "$work/all" "$work/some"
          mount --bind "$folder" "$work/all"
          for file in "$work"/all/*; do
            case "${file##*/}" in libgomp*) ;; *) ln -s "$file" "$work/some/${file##*/}";; esac
          done
          mount --bind "$work/some" "$folder"
        done
        exec "$@"
        """;

    /// <summary>Whether this user may make such a namespace here.</summary>
    public static async Task<bool> IsPossibleAsync() =>
        OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare") && (await RunAsync(["true"])).Code == 0;

    /// <summary>Runs the program.</summary>
    public static Task<(int Code, string Output, string Error)> RebaseAsync(params string[] arguments) => RunAsync(
        [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "rebase.dll"),
            .. arguments]);

    static async Task<(int Code, string Output, string Error)> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo("/usr/bin/unshare", ["-r", "-m", "sh", "-c", Script, "sh", .. command])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["NO_COLOR"] = "1" },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
