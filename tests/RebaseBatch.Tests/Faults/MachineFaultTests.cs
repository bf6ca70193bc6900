using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>Workers whose machine lacks something, beside workers whose machine does not.</summary>
public sealed class MachineFaultTests(PostgresServer server)
{
    [Fact]
    public async Task A_worker_without_the_model_costs_a_job_nothing_beside_a_healthy_one()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var (jobs, ledger) = (new JobStore(database.DataSource), new Ledger(database.DataSource));
        await using var lacking = Worker("lacking", Path.Combine(folder.Path, "absent.gguf"));
        var job = await jobs.EnqueueAsync(Spec, await Problems.TakeAsync(24), default);
        await lacking.SaysAsync("the model 'shared-policy' can't be used here");
        await lacking.SaysAsync("leaves jobs with the policy shared-policy to other workers");
        // Nobody can serve it, so it waits and says so.
        await Eventually.TrueAsync(async () => (await jobs.ProgressAsync(job, default))!.UnservedBecause is not null);
        Assert.Contains("absent.gguf does not exist", (await jobs.ProgressAsync(job, default))!.UnservedBecause, StringComparison.Ordinal);
        Assert.Equal(0, await ledger.CountAsync("SELECT count(*) FROM batches WHERE attempt > 0 AND state <> 'running'"));

        await using var healthy = Worker("healthy", Models.PathOf("tiny-math-policy-s"));
        var progress = await ledger.EndedAsync(job);

        Assert.Equal((24, 0, JobState.Completed), (progress.Answered, progress.Failed, progress.State));
        Assert.Equal(0, await ledger.CountAsync("SELECT count(*) FROM batches WHERE attempt <> 1 OR last_error IS NOT NULL"));
        await ledger.AssertWholeAsync(24, Path.Combine(folder.Path, "results"));
        Assert.False(lacking.HasExited);

        RebaseProcess Worker(string id, string model) => RebaseProcess.Worker(database.ConnectionString, folder.Path,
            $"Worker:Id={id}", "Worker:MaxBatches=2", $"Models:shared-policy:Path={model}");
    }

    [Fact]
    public async Task A_model_that_appears_is_used_at_once()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var jobs = new JobStore(database.DataSource);
        var model = Path.Combine(folder.Path, "late.gguf");
        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path, $"Models:shared-policy:Path={model}");
        var job = await jobs.EnqueueAsync(Spec, await Problems.TakeAsync(2), default);
        await worker.SaysAsync("leaves jobs with the policy shared-policy to other workers");

        File.CreateSymbolicLink(model, Models.PathOf("tiny-math-policy-s"));

        var progress = await new Ledger(database.DataSource).EndedAsync(job);
        Assert.Equal((2, 0), (progress.Answered, progress.Failed));
    }

    [Fact]
    public async Task A_worker_that_asks_for_a_gpu_that_is_not_there_does_not_start()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var job = await new JobStore(database.DataSource).EnqueueAsync(
            Problems.Job(width: 2, batchSize: 1), await Problems.TakeAsync(2), default);
        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Inference:GpuLayers=-1");

        Assert.Equal(5, await worker.ExitAsync());

        Assert.Contains("GpuLayers", worker.Stderr, StringComparison.Ordinal);
        var progress = (await new JobStore(database.DataSource).ProgressAsync(job, default))!;
        Assert.Equal((0, 2), (progress.Answered, progress.Batches.Available));
    }

    static JobSpec Spec => Problems.Job(width: 2, batchSize: 2) with { Policy = "shared-policy" };
}
