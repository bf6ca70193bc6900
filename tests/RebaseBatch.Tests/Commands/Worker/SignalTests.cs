using RebaseBatch.Errors;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Commands.Worker;

/// <summary>An idle worker as a process of its own, under real signals; <see cref="Faults.WorkerProcessTests"/> has those with work in hand.</summary>
public sealed class SignalTests(PostgresServer server)
{
    [Fact]
    public async Task The_first_SIGTERM_drains()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        await using var bench = await Bench.CreateAsync(server);
        await using var worker = await StartAsync(bench);
        worker.Signal(Signals.Terminate);
        Assert.Equal(ExitCode.Ok, (ExitCode)await worker.ExitAsync());
    }

    [Fact]
    public async Task The_second_SIGTERM_ends_it_at_once_though_the_first_still_drains()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        await using var bench = await Bench.CreateAsync(server);
        await using var worker = await StartAsync(bench);
        // A stopped process takes both signals in one go, so that no drain is fast enough to come between them.
        // Different ones: two equal pending signals are one.
        worker.Signal(Signals.Stop);
        worker.Signal(Signals.Terminate);
        worker.Signal(Signals.Interrupt);
        worker.Signal(Signals.Continue);
        Assert.Equal(ExitCode.Interrupted, (ExitCode)await worker.ExitAsync());
    }

    static async Task<RebaseProcess> StartAsync(Bench bench)
    {
        var worker = RebaseProcess.Worker(bench.ConnectionString, bench.Folder.Path);
        await worker.SaysAsync("takes batches");
        return worker;
    }
}
