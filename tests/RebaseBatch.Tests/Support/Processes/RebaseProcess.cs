using System.Diagnostics;
using System.Text;
using Xunit;

namespace RebaseBatch.Tests.Support.Processes;

/// <summary>The real program in its own process. Tests kill, stop and wake it with real signals.</summary>
sealed class RebaseProcess : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly List<string> _stderr = [];
    readonly Task _reading;

    RebaseProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, line => _output.AppendLine(line)),
            ReadAsync(process.StandardError, _stderr.Add));
    }

    /// <summary>What it wrote to stderr so far.</summary>
    public string Stderr
    {
        get
        {
            lock (_stderr) return string.Join('\n', _stderr);
        }
    }

    public string Output
    {
        get
        {
            lock (_stderr) return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    public static RebaseProcess Start(params IEnumerable<string> arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <param name="variables">Of its environment, besides those of the test.</param>
    public static RebaseProcess Start(IReadOnlyDictionary<string, string> variables, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "rebase.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new(Process.Start(start)!);
    }

    /// <summary>
    /// A worker on the database, or on its private one if none is given, with short leases and one decoding thread for each model.
    /// </summary>
    public static RebaseProcess Worker(string? connectionString, string folder, params IEnumerable<string> settings) =>
        Start(WorkerArguments(connectionString, folder, settings));

    /// <summary>The command line of <see cref="Worker"/>.</summary>
    public static IEnumerable<string> WorkerArguments(string? connectionString, string folder, params IEnumerable<string> settings) =>
        ["worker", "run", "--data", folder, .. connectionString is null ? Array.Empty<string>() : ["--database", connectionString],
            .. Settings(
        [
            "Worker:LeaseSeconds=3", "Worker:RenewSeconds=0.3", "Worker:MaxBatches=1", "Worker:CheckpointMilliseconds=50",
            "Worker:PollMaxMilliseconds=200", "Worker:RetryBackoffSeconds=0.1", "Inference:PolicyThreads=1", "Inference:RewardThreads=1",
            .. settings,
        ])];

    public static IEnumerable<string> Settings(IEnumerable<string> settings) =>
        settings.SelectMany(setting => new[] { "--set", $"Rebase:{setting}" });

    public void Kill() => _process.Kill();

    /// <param name="signal">One of <see cref="Signals"/>.</param>
    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    /// <summary>Waits until it has written <paramref name="text"/> to stderr.</summary>
    public async Task SaysAsync(string text)
    {
        var deadline = Stopwatch.StartNew();
        while (!Stderr.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(HasExited && _reading.IsCompleted, $"it ended without saying '{text}':\n{Stderr}");
            Assert.True(deadline.Elapsed < s_patience, $"it did not say '{text}' in time:\n{Stderr}");
            await Task.Delay(10);
        }
    }

    public async Task<int> ExitAsync(TimeSpan? patience = null)
    {
        using var deadline = new CancellationTokenSource(patience ?? s_patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"it did not exit in time:\n{Stderr}");
        }

        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    async Task ReadAsync(StreamReader from, Action<string> add)
    {
        while (await from.ReadLineAsync() is { } line)
            lock (_stderr) add(line);
    }
}
