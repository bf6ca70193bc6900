using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Durable.Verification;
using Xunit;

namespace RebaseBatch.Tests.Durable.Retention;

[Collection(SolvedSuites.Name)]
public sealed class JobDeletionTests(SolvedDatabase solved)
{
    const string OfJob1 = """
        SELECT (SELECT count(*) FROM jobs WHERE job_id = 1) + (SELECT count(*) FROM problems WHERE job_id = 1)
            + (SELECT count(*) FROM answers WHERE job_id = 1) + (SELECT count(*) FROM usage WHERE job_id = 1)
            + (SELECT count(*) FROM searches WHERE job_id = 1) + (SELECT count(*) FROM job_sums WHERE job_id = 1)
            + (SELECT count(*) FROM job_vote_sums WHERE job_id = 1) + (SELECT count(*) FROM blobs WHERE job_id = 1)
            + (SELECT count(*) FROM nodes WHERE problem_id NOT IN (SELECT problem_id FROM problems))
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_goes_whole_its_files_are_listed_and_go_if_asked(bool files)
    {
        await using var copy = await solved.CopyAsync();
        var others = await copy.ScalarAsync<long>("SELECT count(*) FROM answers WHERE job_id <> 1");
        var names = await copy.ScalarAsync<string[]>("SELECT array_agg(name ORDER BY name COLLATE \"C\") FROM blobs WHERE job_id = 1");
        Assert.Equal(names, await new JobDeletion(copy.Database.DataSource, copy.Blobs).RunAsync(1, files, default));
        Assert.Equal(0, await copy.ScalarAsync<long>(OfJob1));
        Assert.Equal(others, await copy.ScalarAsync<long>("SELECT count(*) FROM answers"));
        Assert.All(names, name => Assert.Equal(!files, File.Exists(Path.Combine(copy.Folder, name))));
        Assert.Empty(await copy.FaultyAsync());
        Assert.Null(await new JobDeletion(copy.Database.DataSource, copy.Blobs).RunAsync(1, files, default));
    }

    [Fact]
    public async Task A_job_that_has_not_ended_is_refused_until_its_cancellation_is_over()
    {
        await using var copy = await solved.CopyAsync();
        var deletion = new JobDeletion(copy.Database.DataSource, copy.Blobs);
        Assert.Contains("jobs cancel 3", (await RefusedAsync(deletion, 3)).Message, StringComparison.Ordinal);
        await copy.ExecuteAsync("""
            UPDATE batches SET state = 'running', lease_owner = 'w', lease_until = now() + interval '1 hour'
            WHERE job_id = 3 AND batch_no = 1
            """);
        await new JobStore(copy.Database.DataSource).CancelAsync(3, default);
        Assert.Contains("still being cancelled", (await RefusedAsync(deletion, 3)).Message, StringComparison.Ordinal);
        await copy.ExecuteAsync("UPDATE batches SET state = 'available', lease_owner = NULL, lease_until = NULL WHERE state = 'running'");
        await new JobStore(copy.Database.DataSource).CancelAsync(3, default);
        Assert.Empty((await deletion.RunAsync(3, files: true, default))!);
    }

    [Fact]
    public async Task A_job_of_a_baseline_is_refused_with_the_schedules_name()
    {
        await using var copy = await solved.CopyAsync();
        await copy.ExecuteAsync("""
            INSERT INTO sweeps (name, spec) VALUES ('s', '{}');
            INSERT INTO sweep_jobs (sweep_id, place, job_id) VALUES (1, 0, 1);
            INSERT INTO schedules (name, cron, time_zone, sweep, baseline_sweep_id) VALUES ('nightly', '0 1 * * *', 'UTC', '{}', 1);
            """);
        var deletion = new JobDeletion(copy.Database.DataSource, copy.Blobs);
        Assert.Contains("nightly", (await RefusedAsync(deletion, 1)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await new OldJobs(copy.Database.DataSource).FindAsync(TimeSpan.Zero, nodesOnly: false, default),
            job => job.JobId == 1);
    }

    static Task<UserException> RefusedAsync(JobDeletion deletion, long job) =>
        Assert.ThrowsAsync<UserException>(() => deletion.RunAsync(job, files: true, default));
}
