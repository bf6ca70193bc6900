using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>What claims pass over: needs that a worker does not meet, and what is held back.</summary>
public sealed class LabelClaimTests(PostgresServer server) : StoreTest(server)
{
    JobControl Control => new(Database.DataSource);

    [Fact]
    public async Task A_worker_takes_only_jobs_of_which_it_meets_all_needs()
    {
        var any = await EnqueueAsync(2);
        var gpu = await NeedingAsync("gpu");
        var h200 = await NeedingAsync("gpu=h200");
        var both = await NeedingAsync("gpu=h200", "pool=night");

        Assert.Equal([any], await TakenAsync());
        Assert.Equal([any, gpu], await TakenAsync("gpu=l4"));
        Assert.Equal([any], await TakenAsync("gpus=h200", "pool"));
        Assert.Equal([any, gpu, h200], await TakenAsync("gpu=h200", "pool=day"));
        Assert.Equal([any, gpu, h200, both], await TakenAsync("gpu=h200", "pool=night", "big"));
    }

    [Fact]
    public async Task New_needs_count_at_the_next_claim_and_are_those_of_the_row_and_of_its_view()
    {
        var job = await NeedingAsync("gpu=h200");
        Assert.True(await Control.ChangeAsync(job, new() { Needs = Needs("pool") }, Ct));
        Assert.Equal([job], await TakenAsync("pool=night"));
        Assert.Equal("pool", await ScalarAsync<string>("SELECT array_to_string(needs, ' ') FROM v_jobs"));
        Assert.Equal(Needs("pool"), (await ProgressAsync(job)).Spec!.Needs);

        Assert.True(await Control.ChangeAsync(job, new() { Needs = LabelSet.None }, Ct));
        Assert.Equal([job], await TakenAsync());
        Assert.Equal("--needs pool|--no-needs", await ScalarAsync<string>(
            "SELECT string_agg(detail, '|' ORDER BY event_id) FROM events WHERE what = 'changed'"));
    }

    [Fact]
    public async Task A_job_that_was_discarded_under_other_needs_comes_back_with_its_own()
    {
        var job = await EnqueueAsync(2, Spec with { MaxAttempts = 1 });
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "no luck", TimeSpan.Zero, Ct));
        await ExecuteAsync("""UPDATE jobs SET spec = jsonb_set(spec, '{needs}', '["gpu"]')""");
        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        Assert.Equal([], await TakenAsync());
        Assert.Equal([job], await TakenAsync("gpu"));
    }

    [Fact]
    public async Task What_is_held_back_at_a_lines_head_is_not_read_and_what_is_left_to_others_costs_no_look_at_its_job()
    {
        var held = await EnqueueAsync(200);
        await EnqueueAsync(60, Spec with { Policy = "of-others" });
        var last = await EnqueueAsync(2);
        await ExecuteAsync("UPDATE batches SET turn = job_id");
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync("ANALYZE batches; ANALYZE jobs; SET enable_seqscan = off; SET enable_sort = off");
        var leftOut = new LeftOut(["of-others"], [], []);
        await new BatchTransitions(connection).HoldAsync(held, Ct);

        var plan = (await connection.QueryAsync<string>(
            $"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) WITH RECURSIVE {ClaimOrder.Places("1", "true")} SELECT * FROM line", new
            {
                leftOut.Policies, leftOut.Rewards, leftOut.Jobs, leftOut.Only, leftOut.Meets,
            })).ToList();

        // The 30 batches of others are removed by a condition; the 100 that are held back never come out of the index.
        Assert.Equal(30, RemovedFromQueue(plan));
        Assert.Contains(plan, line => line.Contains("batches_claimable", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on batches", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("jobs_pkey", StringComparison.Ordinal));
        Assert.Equal(last, Assert.Single(await Leases.ClaimAsync("worker", 1, Ttl, true, leftOut, Ct)).JobId);
    }

    /// <summary>Batches that the queue's index gave and a condition removed.</summary>
    static int RemovedFromQueue(IEnumerable<string> plan)
    {
        const string Removed = "Rows Removed by Filter: ";
        var (sum, isQueue) = (0, false);
        foreach (var line in plan)
        {
            if (line.Contains("->", StringComparison.Ordinal)) isQueue = line.Contains("batches_claimable", StringComparison.Ordinal);
            if (isQueue && line.IndexOf(Removed, StringComparison.Ordinal) is >= 0 and var at)
                sum += int.Parse(line[(at + Removed.Length)..], System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum;
    }

    [Fact]
    public async Task A_job_that_was_paused_or_held_for_a_day_is_not_older_than_what_came_since()
    {
        var paused = await EnqueueAsync(2);
        var held = await EnqueueAsync(2);
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        var batches = new BatchTransitions(connection);
        Assert.True(await Control.PauseAsync(paused, Ct));
        await batches.HoldAsync(held, Ct);
        await ExecuteAsync("UPDATE batches SET run_at = now() - interval '1 day' WHERE run_at < 'infinity'; "
            + "UPDATE turns SET served_at = now() - interval '1 day'");
        var other = await EnqueueAsync(40);
        await ExecuteAsync("UPDATE batches SET turn = 30 + batch_no WHERE job_id = @other", new { other });
        var urgent = await EnqueueAsync(2, Spec with { Priority = 5 });
        await ExecuteAsync("UPDATE turns SET served_at = now() - interval '1 day'");
        Assert.True(await Control.ResumeAsync(paused, Ct));
        await batches.ReleaseHeldAsync(held, new SubmissionTurns(), Ct);

        Assert.Equal(0, await ScalarAsync<int>("SELECT count(*) FROM batches WHERE run_at < now() - interval '1 hour' OR run_at > now()"));
        Assert.Equal(0, await ScalarAsync<int>("SELECT count(*) FROM batches WHERE turn < 30 AND priority = 0"));
        Assert.Equal(urgent, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task A_batch_that_waits_after_a_failure_waits_on_when_its_job_moves()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "no luck", TimeSpan.FromHours(1), Ct));
        Assert.True(await Control.ChangeAsync(job, new() { Priority = 7 }, Ct));
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));
    }

    /// <summary>The jobs that a worker with these labels takes now; it gives them back.</summary>
    async Task<IEnumerable<long>> TakenAsync(params string[] labels)
    {
        var leftOut = LeftOut.Nothing with { Meets = [.. LabelSet.Read(labels).Labels!.Meets] };
        var leases = await Leases.ClaimAsync("worker", 9, Ttl, idle: true, leftOut, Ct);
        foreach (var lease in leases) await Leases.ReleaseAsync(lease, Ct);
        return leases.Select(lease => lease.JobId).Order();
    }

    Task<long> NeedingAsync(params string[] needs) => EnqueueAsync(2, Spec with { Needs = Needs(needs) });

    static LabelSet Needs(params string[] needs) => LabelSet.Read(needs).Labels!;
}
