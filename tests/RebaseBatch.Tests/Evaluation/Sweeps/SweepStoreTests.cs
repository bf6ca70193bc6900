using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Sweeps;

public sealed class SweepStoreTests(PostgresServer server) : StoreTest(server)
{
    static readonly SweepSpec s_sweep = Sweep(4, 8);

    SweepStore Sweeps => new(Database.DataSource);

    [Fact]
    public async Task A_sweep_enqueued_again_runs_nothing_again()
    {
        var first = await Sweeps.EnqueueAsync(s_sweep, await PrepareAsync(s_sweep), Ct);
        var second = await Sweeps.EnqueueAsync(s_sweep with { Name = "again" }, await PrepareAsync(s_sweep), Ct);
        Assert.Equal((2, 0), (first.Enqueued, second.Enqueued));
        Assert.Equal(first.Jobs, second.Jobs);
        Assert.Equal(2, await ScalarAsync<int>("SELECT count(*)::int FROM jobs"));
        Assert.Equal(first.Jobs, await Sweeps.JobsAsync(second.SweepId, Ct));
    }

    [Fact]
    public async Task A_sweep_and_its_new_jobs_have_its_tags_and_a_job_that_was_there_keeps_its_own()
    {
        var first = await Sweeps.EnqueueAsync(s_sweep, await PrepareAsync(s_sweep), Ct);
        var tagged = s_sweep with { Strategies = [new(SearchStrategy.Rebase, [8, 16], [])], Tags = ["team=a", "nightly"] };
        var second = await Sweeps.EnqueueAsync(tagged, await PrepareAsync(tagged), Ct);

        Assert.Equal("nightly=,team=a", await TagsAsync("sweeps", "sweep_id", second.SweepId));
        Assert.Equal("nightly=,team=a", await TagsAsync("jobs", "job_id", second.Jobs[1]));
        Assert.Equal("", await TagsAsync("jobs", "job_id", first.Jobs[1]));
    }

    [Fact]
    public async Task The_new_jobs_of_a_sweep_wait_for_what_it_says_and_those_that_were_there_do_not()
    {
        var first = await Sweeps.EnqueueAsync(s_sweep, await PrepareAsync(s_sweep), Ct);
        var next = s_sweep with { Strategies = [new(SearchStrategy.Rebase, [8, 16], [])], After = [$"sweep:{first.SweepId}"] };
        var second = await EnqueueAfterAsync(next);

        Assert.Equal(first.Jobs, (await ProgressAsync(second.Jobs[1])).WaitsFor);
        Assert.Empty((await ProgressAsync(second.Jobs[0])).WaitsFor);

        var any = next with { Strategies = [new(SearchStrategy.Rebase, [32], [])], After = null, AfterAny = [$"{first.Jobs[0]}"] };
        var third = await EnqueueAfterAsync(any);
        Assert.True(await Jobs.CancelAsync(first.Jobs[0], Ct));
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(second.Jobs[1])).State);
        var last = await ProgressAsync(third.Jobs[0]);
        Assert.Equal((JobState.Queued, 0), (last.State, last.WaitsFor.Count));

        var none = any with { AfterAny = ["sweep:99"] };
        Assert.Equal(ExitCode.NotFound, (await Assert.ThrowsAsync<UserException>(() => EnqueueAfterAsync(none))).Code);
    }

    async Task<StoredSweep> EnqueueAfterAsync(SweepSpec sweep) =>
        await Sweeps.EnqueueAsync(sweep, await PrepareAsync(sweep), Ct, after: await Sweeps.AfterAsync(sweep, Ct));

    Task<string> TagsAsync(string table, string key, long id) => ScalarAsync<string>($"""
        SELECT coalesce((SELECT string_agg(t.key || '=' || t.value, ',' ORDER BY t.key) FROM jsonb_each_text(tags) t), '')
        FROM {table} WHERE {key} = {id}
        """);

    [Fact]
    public async Task A_wider_sweep_runs_only_what_is_new()
    {
        var first = await Sweeps.EnqueueAsync(s_sweep, await PrepareAsync(s_sweep), Ct);
        var wider = s_sweep with { Strategies = [new(SearchStrategy.Rebase, [8, 16], [])] };
        var second = await Sweeps.EnqueueAsync(wider, await PrepareAsync(wider), Ct);
        Assert.Equal(1, second.Enqueued);
        Assert.Equal(first.Jobs[1], second.Jobs[0]);
    }

    [Fact]
    public async Task Other_weights_under_the_same_name_are_other_inputs_of_the_same_cell()
    {
        var (one, two) =
            (await PrepareAsync(s_sweep),
                (await PrepareAsync(s_sweep)).Select(
                    job => job with { Inputs = JobInputs.Of(job.Spec, job.Problems, new("d.jsonl", "other", "other")) }).ToList());
        Assert.Equal(one.Select(job => job.Inputs.SettingsSha256), two.Select(job => job.Inputs.SettingsSha256));
        await Sweeps.EnqueueAsync(s_sweep, one, Ct);
        Assert.Equal(2, (await Sweeps.EnqueueAsync(s_sweep, two, Ct)).Enqueued);
    }

    [Fact]
    public async Task What_was_cancelled_is_not_held()
    {
        var first = await Sweeps.EnqueueAsync(s_sweep, await PrepareAsync(s_sweep), Ct);
        await Jobs.CancelAsync(first.Jobs[0], Ct);
        var held = await Sweeps.HeldAsync((await PrepareAsync(s_sweep)).Select(job => job.Inputs), Ct);
        Assert.Equal([first.Jobs[1]], held.Values);
    }

    [Fact]
    public async Task A_job_that_a_worker_pinned_to_other_weights_than_the_files_of_now_is_not_held()
    {
        var jobs = (await PrepareAsync(s_sweep)).Select(
            job => job with { Inputs = JobInputs.Of(job.Spec, job.Problems, new("d.jsonl", "p", "r")) }).ToList();
        var first = await Sweeps.EnqueueAsync(s_sweep, jobs, Ct);
        foreach (var (column, job) in new[] { ("policy_sha256", first.Jobs[0]), ("reward_sha256", first.Jobs[1]) })
        {
            await ExecuteAsync($"UPDATE jobs SET {column} = 'other' WHERE job_id = @job", new { job });
            Assert.Equal(first.Jobs.Where(held => held != job), (await Sweeps.HeldAsync(jobs.Select(one => one.Inputs), Ct)).Values);
            await ExecuteAsync($"UPDATE jobs SET {column} = NULL WHERE job_id = @job", new { job });
        }

        Assert.Equal(2, (await Sweeps.HeldAsync(jobs.Select(one => one.Inputs), Ct)).Count);
    }

    [Fact]
    public async Task Many_enqueuers_of_one_sweep_make_its_jobs_once()
    {
        var jobs = await PrepareAsync(s_sweep);
        var stored = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Sweeps.EnqueueAsync(s_sweep, jobs, Ct)));
        Assert.Equal(2, stored.Sum(sweep => sweep.Enqueued));
        Assert.All(stored, sweep => Assert.Equal(stored[0].Jobs, sweep.Jobs));
    }

    [Fact]
    public void What_only_divides_or_ends_the_work_is_no_part_of_the_inputs()
    {
        IReadOnlyList<ProblemSpec> problems = [Problem(1)];
        var usual = JobInputs.Of(Spec, problems, new());
        Assert.Equal(usual.InputsSha256,
            JobInputs.Of(Spec with { Name = "x", BatchSize = 7, MaxAttempts = 9, Deadline = DateTimeOffset.UnixEpoch }, problems,
                new("file")).InputsSha256);
        Assert.NotEqual(usual.InputsSha256, JobInputs.Of(Spec with { Width = 3 }, problems, new()).InputsSha256);
        Assert.NotEqual(usual.InputsSha256, JobInputs.Of(Spec with { Seed = 3 }, problems, new()).InputsSha256);
        Assert.NotEqual(usual.InputsSha256, JobInputs.Of(Spec, [Problem(2)], new()).InputsSha256);
        Assert.NotEqual(usual.InputsSha256, JobInputs.Of(Spec, problems, new(PolicySha256: "ab")).InputsSha256);
    }

    [Fact]
    public void A_dataset_has_the_hash_it_had_before_problems_had_levels_whether_it_has_any_or_not()
    {
        // SHA-256 of {"custom_id":"a","question_id":"q-a","question":"1 and
        // 1?","gold_answer":"2"}{"custom_id":"b","question_id":"b","question":"x","gold_answer":null}
        const string hash = "fb9b72826e9b477473c4c5e34b771b1b0da339f630c8195fe857e95e18a8dc7c";
        Assert.Equal(hash, JobInputs.Hash([new("a", "q-a", "1 and 1?", "2"), new("b", "b", "x", null)]));
        Assert.Equal(hash, JobInputs.Hash([new("a", "q-a", "1 and 1?", "2", 4), new("b", "b", "x", null, 0)]));
    }

    static async Task<IReadOnlyList<PreparedJob>> PrepareAsync(SweepSpec sweep) =>
        await new SweepPreparation(null).PrepareAsync(sweep, [[Problem(0), Problem(1), Problem(2)]], Ct);
}
