using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>One batch on the bundled models, claimed by the test.</summary>
public sealed class BatchRunnerTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_job_cancelled_right_before_a_stop_keeps_the_results_it_has()
    {
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 60), await Problems.TakeAsync(60), default);
        var lease = Assert.Single(await new LeaseStore(Database.DataSource).ClaimAsync("test", 1, TimeSpan.FromHours(1), default));
        // The renewals are so rare that none can report the cancellation.
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options =>
            (options.Worker.MaxSearches, options.Worker.LeaseSeconds, options.Worker.RenewSeconds) = (1, 3600, 900));
        using var drain = new CancellationTokenSource();
        var running = worker.Services.GetRequiredService<BatchRunner>().RunAsync(lease, drain.Token);
        // One search at a time: the second begins when the first is solved.
        await Eventually.TrueAsync(
            async () => running.IsCompleted || await Ledger.CountAsync("SELECT count(DISTINCT problem_id) FROM nodes") >= 2);
        Assert.True(await Jobs.CancelAsync(job, default));
        await drain.CancelAsync();

        Assert.Equal(BatchOutcome.Cancelled, await running);
        var progress = (await Jobs.ProgressAsync(job, default))!;
        Assert.Equal(JobState.Cancelled, progress.State);
        Assert.InRange(progress.Answered, 1, 59);
    }
}
