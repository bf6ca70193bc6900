using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

/// <summary>Pauses, caps and changes of jobs that wait or run.</summary>
public sealed class JobControlTests(PostgresServer server) : StoreTest(server)
{
    JobControl Control => new(Database.DataSource);
    QueueControl Queue => new(Database.DataSource);

    [Fact]
    public async Task A_paused_jobs_batches_are_claimed_by_nobody_and_its_holders_give_theirs_back()
    {
        var job = await EnqueueAsync(6);
        var held = await ClaimOneAsync();
        Assert.True(await Control.PauseAsync(job, Ct));

        Assert.Empty(await Leases.ClaimAsync("other", 9, Ttl, Ct));
        Assert.Equal(LeaseState.Paused, await Leases.RenewAsync(held, Ttl, Ct));
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(held, Ct));
        Assert.Empty(await Leases.ClaimAsync("other", 9, Ttl, Ct));
        Assert.Equal("paused", await ScalarAsync<string>("SELECT state FROM v_jobs"));
        Assert.Equal((0, 3), (await ScalarAsync<int>("SELECT due FROM v_queue"), await ScalarAsync<int>("SELECT paused FROM v_queue")));
        Assert.True((await ProgressAsync(job)).IsPaused);

        Assert.True(await Control.ResumeAsync(job, Ct));
        Assert.Equal(3, (await Leases.ClaimAsync("other", 9, Ttl, Ct)).Count);
        Assert.Null(await Control.PauseAsync(99, Ct));
    }

    [Fact]
    public async Task A_job_that_goes_on_takes_its_turn_among_those_that_came_since()
    {
        var paused = await EnqueueAsync(20);
        Assert.True(await Control.PauseAsync(paused, Ct));
        var other = await EnqueueAsync(40);
        for (var claim = 0; claim < 6; claim++) await ClaimOneAsync();
        Assert.True(await Control.ResumeAsync(paused, Ct));

        var next = await Leases.ClaimAsync("worker", 6, Ttl, Ct);
        Assert.Equal((3, 3), (next.Count(lease => lease.JobId == paused), next.Count(lease => lease.JobId == other)));
    }

    [Fact]
    public async Task A_paused_job_can_be_retried_and_cancelled_and_stays_paused()
    {
        var job = await EnqueueAsync(4, Spec with { MaxAttempts = 1 });
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "no luck", TimeSpan.Zero, Ct));
        Assert.True(await Control.PauseAsync(job, Ct));
        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));

        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.False(await Control.ResumeAsync(job, Ct));
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("retry")]
    [InlineData("set")]
    [InlineData("release")]
    public async Task Jobs_that_one_command_puts_back_share_one_turn_and_hold_no_other_job_up(string command)
    {
        var (sweep, other) = (new List<long>(), 0L);
        var before = command == "release" ? await EnqueueAsync(1) : 0;
        var order = new JobOrder { After = new(before == 0 ? [] : [before], AnyEnd: true) };
        for (var job = 0; job < 6; job++)
            sweep.Add((await Jobs.EnqueueAsync(Spec, [.. Enumerable.Range(1, 20).Select(Problem)], order, Ct)).JobId);
        foreach (var job in sweep)
        {
            if (command == "resume") await Control.PauseAsync(job, Ct);
            if (command == "retry") await Jobs.CancelAsync(job, Ct);
        }

        other = await EnqueueAsync(20);
        var (control, jobs) = (Control, new JobStore(Database.DataSource));
        foreach (var job in sweep)
        {
            if (command == "resume") Assert.True(await control.ResumeAsync(job, Ct));
            if (command == "retry") Assert.Equal(10, await jobs.RetryAsync(job, Ct));
            if (command == "set") Assert.True(await control.ChangeAsync(job, new() { Team = "evals" }, Ct));
        }

        if (command == "set") await Control.ChangeAsync(other, new() { Team = "evals" }, Ct);
        if (command == "release")
        {
            await ExecuteAsync("""
                WITH made AS (INSERT INTO sweeps (name, spec) VALUES ('s', '{}') RETURNING sweep_id)
                INSERT INTO sweep_jobs (sweep_id, job_id, place) SELECT sweep_id, job_id, job_id FROM made, jobs WHERE waiting
                """);
            await Jobs.CancelAsync(before, Ct);
        }

        var next = await Leases.ClaimAsync("worker", 8, Ttl, Ct);
        // The sweep's first job and the other one take turns.
        Assert.Equal((4, 4), (next.Count(lease => lease.JobId == sweep[0]), next.Count(lease => lease.JobId == other)));
    }

    [Fact]
    public async Task New_needs_leave_the_job_its_turn()
    {
        var job = await EnqueueAsync(8);
        const string Turns = "SELECT string_agg(turn || ' ' || run_at, ',' ORDER BY batch_id) FROM batches";
        var turns = await ScalarAsync<string>(Turns);
        for (var claim = 0; claim < 2; claim++) await ClaimOneAsync();
        Assert.True(await Control.ChangeAsync(job, new() { Needs = LabelSet.Read(["gpu"]).Labels }, Ct));

        Assert.Equal(turns, await ScalarAsync<string>(Turns));
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));
        Assert.Single(await Leases.ClaimAsync("worker", 1, Ttl, true, LeftOut.Nothing with { Meets = ["gpu"] }, Ct));
    }

    [Fact]
    public async Task Caps_and_served_models_count_a_model_of_embeddings_too()
    {
        await Queue.CapAsync("bge", 1, Ct);
        await EnqueueAsync(8, Spec with { Strategy = SearchStrategy.Dora, EmbeddingModel = "bge", DoraKey = DirectionKey.Embedding });
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, true, LeftOut.Nothing with { Only = ["tiny", "tiny-prm"] }, Ct));
        Assert.Single(await Leases.ClaimAsync("worker", 9, Ttl, true, LeftOut.Nothing with { Only = ["tiny", "tiny-prm", "bge"] }, Ct));
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));
    }

    [Fact]
    public async Task A_job_that_is_not_paused_keeps_its_turn_when_it_is_resumed()
    {
        var first = await EnqueueAsync(20);
        await EnqueueAsync(20);
        var turns = await ScalarAsync<string>("SELECT string_agg(turn::text, ',' ORDER BY batch_id) FROM batches");
        for (var claim = 0; claim < 6; claim++) await ClaimOneAsync();
        Assert.True(await Control.ResumeAsync(first, Ct));

        Assert.Equal(turns, await ScalarAsync<string>("SELECT string_agg(turn::text, ',' ORDER BY batch_id) FROM batches"));
        Assert.Equal(0, await ScalarAsync<int>("SELECT count(*)::int FROM events WHERE what = 'resumed'"));
    }

    [Fact]
    public async Task A_job_that_ended_while_it_was_paused_is_not_paused_when_it_is_retried()
    {
        var job = await EnqueueAsync(4);
        Assert.True(await Control.PauseAsync(job, Ct));
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(2, await Jobs.RetryAsync(job, Ct));
        Assert.Equal(2, (await Leases.ClaimAsync("worker", 9, Ttl, Ct)).Count);
    }

    [Fact]
    public async Task A_pause_of_the_job_or_the_queue_is_told_where_the_job_stands()
    {
        var job = await EnqueueAsync(4);
        var held = await ClaimOneAsync();
        Assert.True(await Control.PauseAsync(job, Ct));
        Assert.Equal("pausing: its batches on worker go back into the queue within seconds", JobRemarks.Of(await ProgressAsync(job)));
        await Leases.ReleaseAsync(held, Ct);
        Assert.Equal("paused: 'rebase jobs resume 1' lets it go on", JobRemarks.Of(await ProgressAsync(job)));
        await Control.ResumeAsync(job, Ct);
        await Queue.PauseAsync(Ct);
        Assert.Equal("the queue is paused: 'rebase queue resume' lets it go on", JobRemarks.Of(await ProgressAsync(job)));
    }

    [Fact]
    public async Task A_paused_queue_gives_nothing_out_and_takes_everything_back()
    {
        await EnqueueAsync(4);
        var held = await ClaimOneAsync();
        Assert.True(await Queue.PauseAsync(Ct));
        Assert.False(await Queue.PauseAsync(Ct));

        Assert.Empty(await Leases.ClaimAsync("other", 9, Ttl, Ct));
        Assert.Equal(LeaseState.Paused, await Leases.RenewAsync(held, Ttl, Ct));
        var queue = await Queue.ReadAsync(Ct);
        Assert.Equal((0, 1, 1), (queue.Due, queue.Running, queue.Paused));

        Assert.True(await Queue.ResumeAsync(Ct));
        Assert.Equal(LeaseState.Held, await Leases.RenewAsync(held, Ttl, Ct));
        Assert.Single(await Leases.ClaimAsync("other", 9, Ttl, Ct));
    }

    [Fact]
    public async Task Caps_of_models_and_teams_hold_while_eight_workers_claim()
    {
        await Queue.CapAsync("tiny", 3, Ct);
        await new TeamStore(Database.DataSource).SetAsync("few", null, 2, unlimited: false, Ct);
        await EnqueueAsync(40, Spec with { BatchSize = 1 });
        await EnqueueAsync(40, Spec with { BatchSize = 1, Policy = "other", Team = "few" });

        var held = (await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            var mine = new List<BatchLease>();
            for (var claim = 0; claim < 6; claim++) mine.AddRange(await Leases.ClaimAsync($"worker {worker}", 3, Ttl, Ct));
            return mine;
        }))).SelectMany(mine => mine).ToList();

        Assert.Equal((3, 2), (held.Count(lease => lease.Spec.Policy == "tiny"), held.Count(lease => lease.Spec.Team == "few")));
        Assert.Equal([(3, 3)], (await Queue.ReadAsync(Ct)).Caps.Select(cap => (cap.MostRunning, cap.Running)));
        Assert.True(await CompleteAsync(held.First(lease => lease.Spec.Policy == "tiny")));
        Assert.Equal("tiny", (await ClaimOneAsync()).Spec.Policy);
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));
        Assert.True(await Queue.UncapAsync("tiny", Ct));
        Assert.Equal(9, (await Leases.ClaimAsync("worker", 9, Ttl, Ct)).Count);
    }

    [Fact]
    public async Task A_new_priority_and_team_count_at_the_next_claim()
    {
        var first = await EnqueueAsync(8);
        var held = await ClaimOneAsync();
        var second = await EnqueueAsync(8);
        Assert.True(await Control.ChangeAsync(second, new() { Priority = 7, Team = "evals" }, Ct));

        var next = await ClaimOneAsync();
        Assert.Equal((second, 7, "evals"), (next.JobId, next.Spec.Priority, next.Spec.Team));
        Assert.Equal((7, "evals"), ((await ProgressAsync(second)).Priority, (await ProgressAsync(second)).Team));
        // Nobody gives a batch back for it.
        Assert.True(await Control.ChangeAsync(first, new() { Priority = 9, Team = "" }, Ct));
        Assert.Equal(LeaseState.Held, await Leases.RenewAsync(held, Ttl, Ct));
        Assert.Equal(first, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task New_limits_and_a_new_deadline_reach_the_holder_at_its_next_renewal()
    {
        var job = await EnqueueAsync(4);
        var held = await ClaimOneAsync();
        var deadline = DateTimeOffset.UtcNow.AddDays(1);
        Assert.True(await Control.ChangeAsync(job, new() { MaxTokensPerJob = 5000, Deadline = deadline }, Ct));

        Assert.Equal(LeaseState.Changed, await Leases.RenewAsync(held, Ttl, Ct));
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(held, Ct));
        var again = await ClaimOneAsync();
        Assert.Equal((held.BatchId, 5000, deadline), (again.BatchId, again.Spec.MaxTokensPerJob, again.Spec.Deadline));
        Assert.Equal(LeaseState.Held, await Leases.RenewAsync(again, Ttl, Ct));
        Assert.Equal(1, await ScalarAsync<int>("SELECT count(*)::int FROM jobs WHERE inputs_sha256 IS NULL"));

        Assert.True(await Control.ChangeAsync(job, new() { WithoutLimits = true, WithoutDeadline = true }, Ct));
        Assert.Equal((null, null), ((await ProgressAsync(job)).Spec!.MaxTokensPerJob, (await ProgressAsync(job)).Spec!.Deadline));
        var fault = await Assert.ThrowsAsync<UserException>(() => Control.ChangeAsync(job, new() { Priority = 101 }, Ct));
        Assert.Contains("--priority: 101 is not within -100 to 100", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UserException>(() => Control.ChangeAsync(job, new() { Deadline = DateTimeOffset.UtcNow.AddDays(-1) }, Ct));
    }
}
