using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Worker;

/// <summary>
/// An idle worker in its own process, under real signals; <see cref="Faults.WorkerProcessTests"/> has those with work in hand.
/// </summary>
public sealed class WorkerSignalTests(PostgresServer server)
{
    [Fact]
    public async Task The_first_SIGTERM_drains()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        await using var bench = await CommandBench.CreateAsync(server);
        await using var worker = await StartAsync(bench);
        worker.Signal(Signals.Terminate);
        Assert.Equal(ExitCode.Ok, (ExitCode)await worker.ExitAsync());
    }

    static async Task<RebaseProcess> StartAsync(CommandBench bench)
    {
        var worker = RebaseProcess.Worker(bench.ConnectionString, bench.Folder.Path);
        await worker.SaysAsync("takes batches");
        return worker;
    }
}
