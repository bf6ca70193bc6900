using System.Diagnostics;
using RebaseBatch.Hosting;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Commands.Worker;

/// <summary>The program as a process of its own, under real signals.</summary>
public sealed class SignalTests(PostgresServer server)
{
    [Fact]
    public async Task The_first_SIGTERM_drains()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        await using var bench = await Bench.CreateAsync(server);
        using var worker = await StartAsync(bench);

        Signal(worker, "TERM");

        Assert.Equal(ExitCode.Ok, await worker.ExitAsync());
    }

    [Fact]
    public async Task The_second_SIGTERM_ends_it_at_once_though_the_first_still_drains()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        await using var bench = await Bench.CreateAsync(server);
        using var worker = await StartAsync(bench);
        // A stopped process takes both signals in one go, so that no drain is fast enough to come between them.
        // Different ones: two equal pending signals are one.
        Signal(worker, "STOP");
        Signal(worker, "TERM");
        Signal(worker, "INT");
        Signal(worker, "CONT");

        Assert.Equal(ExitCode.Interrupted, await worker.ExitAsync());
    }

    static async Task<WorkerProcess> StartAsync(Bench bench)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "rebase.dll");
        var worker = new WorkerProcess(Process.Start(new ProcessStartInfo("dotnet", [program, "worker", "run", "--data", bench.Folder.Path, "--database", bench.ConnectionString])
        {
            RedirectStandardError = true,
        })!);
        await worker.SaysAsync("takes batches");
        return worker;
    }

    static void Signal(WorkerProcess worker, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{worker.Id}"]);
        kill.WaitForExit();
    }

    sealed class WorkerProcess(Process process) : IDisposable
    {
        static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

        public int Id => process.Id;

        public async Task SaysAsync(string text)
        {
            using var limit = Limit();
            while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal)) return;
            }
            throw new InvalidOperationException($"the worker ended without saying '{text}'");
        }

        public async Task<ExitCode> ExitAsync()
        {
            using var limit = Limit();
            await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (ExitCode)process.ExitCode;
        }

        public void Dispose()
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }

        static CancellationTokenSource Limit()
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(s_limit);
            return limit;
        }
    }
}
