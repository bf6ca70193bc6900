using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Jobs;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class LostDatabaseTests
{
    [Fact]
    public async Task A_private_server_killed_under_its_worker_comes_back_and_the_job_ends_whole()
    {
        await using var postgres = await OwnPostgres.StartedAsync();
        var folder = postgres.Options.DataDirectory;
        await using var worker = RebaseProcess.Worker(null, folder, "Worker:LeaseSeconds=20");
        await worker.SaysAsync("takes batches");
        var server = await postgres.StartAsync();
        await using var db = NpgsqlDataSource.Create(server.ConnectionString);
        var (jobs, ledger) = (new JobStore(db), new Ledger(db));
        var job = await jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 5), await Problems.TakeAsync(10), default);
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);

        await postgres.KillAsync();

        await Eventually.TrueAsync(() => Answers(async () => (await jobs.ProgressAsync(job, default))!.Ended));
        Assert.Equal(JobState.Completed, (await jobs.ProgressAsync(job, default))!.State);
        await ledger.AssertWholeAsync(10, Path.Combine(folder, "results"));
        // The lease outlived the gap, so no attempt was lost on it.
        Assert.Equal(0, await ledger.CountAsync("SELECT count(*) FROM batches WHERE attempt > 1"));
        Assert.False(worker.HasExited, worker.Talk);
    }

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
