using System.Diagnostics;
using RebaseBatch.Benchmarks.Measuring;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>A worker: the real program in its own process. When the process has ended, another one is started in its place.</summary>
sealed class WorkerProcess : IDisposable
{
    readonly string[] _arguments;
    readonly List<string> _stderr = [];
    Process _process;

    /// <param name="database">Connection string.</param>
    /// <param name="folder">Folder for data and result files.</param>
    /// <param name="further">Settings besides the usual ones.</param>
    public WorkerProcess(string database, string folder, IReadOnlyList<string> further)
    {
        string[] settings =
        [
            "Worker:LeaseSeconds=2", "Worker:RenewSeconds=0.3", "Worker:CheckpointMilliseconds=50", "Worker:PollMaxMilliseconds=200",
            "Worker:RetryBackoffSeconds=0.1", "Inference:PolicyThreads=1", "Inference:RewardThreads=1",
            $"Results:Directory={Path.Combine(folder, "results")}", .. further,
        ];
        _arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "rebase.dll"), "worker", "run", "--data", folder, "--database", database,
            .. settings.SelectMany(setting => new[] { "--set", $"Rebase:{setting}" }),
        ];
        _process = Start();
    }

    /// <summary>Replaces a worker that has ended by itself, which no worker should do.</summary>
    /// <returns>The last lines that it wrote; null while it is alive.</returns>
    public string? ReplaceEnded()
    {
        if (!_process.HasExited) return null;
        // Waits until its whole output has been read.
        _process.WaitForExit();
        var last = $"exit code {_process.ExitCode}\n{string.Join('\n', _stderr.TakeLast(10))}";
        Replace();
        return last;
    }

    public void KillAndReplace()
    {
        _process.Kill();
        Replace();
    }

    /// <summary>SIGTERM: the worker stores its finished steps and gives its batches back.</summary>
    public async Task DrainAndReplaceAsync()
    {
        await DrainAsync();
        Replace();
    }

    public async Task DrainAsync()
    {
        Signals.Send(_process.Id, Signals.Terminate);
        await _process.WaitForExitAsync();
    }

    /// <summary>The worker neither computes nor renews during that time, and then continues without noticing it.</summary>
    public async Task FreezeAsync(TimeSpan duration)
    {
        Signals.Send(_process.Id, Signals.Stop);
        await Task.Delay(duration);
        Signals.Send(_process.Id, Signals.Continue);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    void Replace()
    {
        _process.Dispose();
        _process = Start();
    }

    Process Start()
    {
        _stderr.Clear();
        var process =
            Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                _arguments)
            { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text) _stderr.Add(text);
        };
        process.BeginErrorReadLine();
        return process;
    }
}
