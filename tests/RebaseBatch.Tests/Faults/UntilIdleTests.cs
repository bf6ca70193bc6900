using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Sharing;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>Workers that end by themselves, and batches that real workers give back because of a pause.</summary>
public sealed class UntilIdleTests(PostgresServer server)
{
    [Fact]
    public async Task A_worker_until_idle_ends_with_0_and_leaves_every_file_written()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var jobs = new JobStore(database.DataSource);
        var needs = LabelSet.Read(["gpu", "pool=night"]).Labels;
        var job = await jobs.EnqueueAsync(
            Problems.Job(width: 2, batchSize: 2) with { Needs = needs }, await Problems.TakeAsync(6), default);
        var elsewhere = await jobs.EnqueueAsync(
            Problems.Job(width: 2, batchSize: 2) with { Policy = "of-others" }, await Problems.TakeAsync(2), default);

        // Three batches of which it is to run one.
        await using var one = RebaseProcess.Start(
            [.. RebaseProcess.WorkerArguments(database.ConnectionString, folder.Path), "--max-batches", "1",
            "--label", "gpu=h200", "--label", "pool=night"]);
        Assert.Equal(0, await one.ExitAsync());
        Assert.Equal(1, (await jobs.ProgressAsync(job, default))!.Batches.Completed);

        await using var rest = RebaseProcess.Start([.. RebaseProcess.WorkerArguments(database.ConnectionString, folder.Path),
            "--until-idle", "--only-models", $"{Problems.Job().Policy},{Problems.Job().Reward}",
            "--set", "Rebase:Worker:Labels=gpu=l4, pool=night"]);
        Assert.Equal(0, await rest.ExitAsync());
        Assert.Contains("nothing is due for this worker", rest.Stderr, StringComparison.Ordinal);
        var progress = (await jobs.ProgressAsync(job, default))!;
        Assert.Equal((6, 0, 0), (progress.Answered, progress.Failed, progress.PendingFiles));
        // It never tried the job of other models.
        var other = (await jobs.ProgressAsync(elsewhere, default))!;
        Assert.Equal((1, 0), (other.Batches.Available, other.Answered));
        Assert.DoesNotContain("of-others", rest.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_until_idle_says_that_the_queue_is_paused_and_ends_with_0()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var jobs = new JobStore(database.DataSource);
        var job = await jobs.EnqueueAsync(Problems.Job(width: 2), await Problems.TakeAsync(2), default);
        Assert.True(await new QueueControl(database.DataSource).PauseAsync(default));

        await using var worker = RebaseProcess.Start(
            [.. RebaseProcess.WorkerArguments(database.ConnectionString, folder.Path), "--until-idle"]);
        Assert.Equal(0, await worker.ExitAsync());

        Assert.Contains("the queue is paused, so nothing is due: 'rebase queue resume' goes on", worker.Stderr, StringComparison.Ordinal);
        Assert.Equal(0, (await jobs.ProgressAsync(job, default))!.Answered);
    }

    [Fact]
    public async Task A_paused_job_is_given_back_with_its_steps_and_goes_on_where_it_stopped()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        // On a busy machine a lease of 3 s may run out: then the batch would come back by the reaper, and not by the pause.
        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:LeaseSeconds=60");
        var jobs = new JobStore(database.DataSource);
        var job = await jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 6), await Problems.TakeAsync(6), default);
        var ledger = new Ledger(database.DataSource);
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);

        Assert.True(await new JobControl(database.DataSource).PauseAsync(job, default));
        await Eventually.TrueAsync(async () => (await jobs.ProgressAsync(job, default))!.Batches is { Running: 0, Available: 1 });
        Assert.Equal(1, await ledger.CountAsync("SELECT count(*) FROM batches WHERE attempt = 0 AND paused"));
        var stored = await ledger.StepsAsync();
        Assert.NotEmpty(stored);

        Assert.True(await new JobControl(database.DataSource).ResumeAsync(job, default));
        await ledger.EndedAsync(job);
        Assert.Subset((await ledger.StepsAsync()).ToHashSet(), stored.ToHashSet());
        await ledger.AssertWholeAsync(6, Path.Combine(folder.Path, "results"));
    }
}
