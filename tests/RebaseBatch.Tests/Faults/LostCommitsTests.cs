using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>A server that comes back without its last commits, under workers that made them.</summary>
public sealed class LostCommitsTests
{
    [Fact]
    public async Task A_worker_whose_steps_are_forgotten_says_so_and_goes_on_from_what_is_stored()
    {
        await using var postgres = await OwnPostgres.StartedAsync();
        var folder = postgres.Options.DataDirectory;
        await using var worker = RebaseProcess.Worker(null, folder, "Worker:LeaseSeconds=60", "Worker:Id=first");
        await worker.SaysAsync("takes batches");
        await using var db = NpgsqlDataSource.Create((await postgres.StartAsync()).ConnectionString);
        var (jobs, ledger) = (new JobStore(db), new Ledger(db));
        var job = await jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 10), await Problems.TakeAsync(10), default);
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);
        var image = await ServerImage.TakeAsync(postgres);
        var then = await ledger.CountAsync("SELECT count(*) FROM nodes");
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > then + 20);

        await image.GoBackAsync();

        await worker.SaysAsync("the database has lost commits");
        await EndedAsync(jobs, job);
        await ledger.AssertWholeAsync(10, Path.Combine(folder, "results"));
        await AssertTreesAsync(ledger);
        var progress = (await jobs.ProgressAsync(job, default))!;
        Assert.Equal((JobState.Completed, 1, 0), (progress.State, progress.Rewinds, progress.Restarts));
        // The database's fault cost no attempt.
        Assert.Equal(1, await ledger.CountAsync("SELECT max(attempt) FROM batches"));
        Assert.False(worker.HasExited, worker.Stderr);
    }

    [Fact]
    public async Task Of_two_holders_of_one_epoch_only_the_one_that_the_database_knows_writes()
    {
        await using var postgres = await OwnPostgres.StartedAsync();
        var folder = postgres.Options.DataDirectory;
        await using var db = NpgsqlDataSource.Create((await postgres.StartAsync()).ConnectionString);
        await new RebaseBatch.Migrations.Migrator(db).MigrateAsync(default);
        var (jobs, ledger) = (new JobStore(db), new Ledger(db));
        var job = await jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 6), await Problems.TakeAsync(6), default);
        var image = await ServerImage.TakeAsync(postgres);
        await using var forgotten = RebaseProcess.Worker(null, folder, "Worker:LeaseSeconds=60", "Worker:Id=forgotten");
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);
        // It still holds the batch, and does not notice.
        forgotten.Signal(Signals.Stop);

        await image.GoBackAsync();
        await postgres.StartAsync();
        await using var heir = RebaseProcess.Worker(null, folder, "Worker:LeaseSeconds=60", "Worker:Id=heir");
        await Eventually.TrueAsync(() => Answers(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0));
        Assert.Equal(1, await ledger.CountAsync("SELECT lease_epoch FROM batches"));
        forgotten.Signal(Signals.Continue);

        await forgotten.SaysAsync(": lease_lost");
        await EndedAsync(jobs, job);
        await ledger.AssertWholeAsync(6, Path.Combine(folder, "results"));
        await AssertTreesAsync(ledger);
    }

    static Task EndedAsync(JobStore jobs, long job) =>
        Eventually.TrueAsync(() => Answers(async () => (await jobs.ProgressAsync(job, default))!.Ended));

    /// <summary>No node is without its parent. That none is there twice is the table's key, and the ledger has the sums.</summary>
    static async Task AssertTreesAsync(Ledger ledger) => Assert.Equal(0, await ledger.CountAsync("""
        SELECT count(*) FROM nodes n WHERE parent_no > 0 AND NOT EXISTS (
            SELECT 1 FROM nodes p WHERE p.problem_id = n.problem_id AND p.no = n.parent_no AND p.depth = n.depth - 1)
        """));

    static async Task<bool> Answers(Func<Task<bool>> question)
    {
        try
        {
            return await question();
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
