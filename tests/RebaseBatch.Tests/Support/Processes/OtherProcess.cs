using System.Diagnostics;

namespace RebaseBatch.Tests.Support.Processes;

/// <summary>
/// A second process that uses a data folder's server: this test program, run again with a part that runs only on request. It leaves when
/// its standard input closes, or dies when killed.
/// </summary>
sealed class OtherProcess : IAsyncDisposable
{
    internal const string FolderVariable = "REBASE_TESTS_OTHER_PROCESS_FOLDER";
    internal const string ReadyPrefix = "ready-";

    readonly Process _process;
    readonly string _folder;

    OtherProcess(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Starts the process, which starts or joins the server at once.</summary>
    public static OtherProcess Using(string dataDirectory)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "RebaseBatch.Tests"),
            ["-method", $"{typeof(OtherProcessPart).FullName}.{nameof(OtherProcessPart.Uses_the_server_until_told_to_leave)}",
                "-explicit", "only"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { [FolderVariable] = dataDirectory },
        };
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return new(process, dataDirectory);
    }

    /// <summary>Waits until it has the server.</summary>
    public Task ReadyAsync() => Eventually.TrueAsync(() => _process.HasExited
        ? throw new InvalidOperationException($"the other process ended with exit code {_process.ExitCode}")
        : File.Exists(Path.Combine(_folder, $"{ReadyPrefix}{_process.Id}")));

    public async Task LeaveAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
