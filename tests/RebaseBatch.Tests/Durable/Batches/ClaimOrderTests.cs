using Dapper;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>Who comes first, by real claims.</summary>
public sealed class ClaimOrderTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Six_small_jobs_are_not_held_back_by_a_long_one_that_came_first()
    {
        var longOne = await EnqueueAsync(400);
        var small = new List<long>();
        for (var job = 0; job < 6; job++) small.Add(await EnqueueAsync(4));

        var claimed = await ClaimAllAsync(19);

        // Fourteen batches take turns with two of each small job.
        Assert.Equal(small, claimed.Take(14).Distinct().Except([longOne]));
        Assert.Equal(2, claimed.Take(14).Count(job => job == longOne));
        Assert.All(claimed.Skip(14), job => Assert.Equal(longOne, job));
    }

    [Fact]
    public async Task The_jobs_of_a_sweep_follow_each_other_and_share_with_what_else_waits()
    {
        var jobs = await EnqueueSweepAsync(4, 4);
        var other = await EnqueueAsync(8);

        Assert.Equal([jobs[0], other, jobs[0], other, jobs[1], other, jobs[1], other], await ClaimAllAsync(8));
    }

    [Fact]
    public async Task A_batch_of_many_problems_takes_as_many_turns()
    {
        var large = await EnqueueAsync(20, Spec with { BatchSize = 10 });
        var small = await EnqueueAsync(6);

        Assert.Equal([large, small, small, small, large], await ClaimAllAsync(5));
    }

    [Fact]
    public async Task A_higher_priority_goes_first_and_one_that_waits_for_it_gains_points()
    {
        var usual = await EnqueueAsync(8);
        var urgent = await EnqueueAsync(8, Spec with { Priority = 5 });
        var idle = await EnqueueAsync(8, Spec with { Priority = -5 });
        Assert.Equal([urgent, urgent], await ClaimAllAsync(2));

        await ExecuteAsync("UPDATE batches SET run_at = now() - interval '1 day'");
        await ExecuteAsync("UPDATE turns SET served_at = now() - interval '65 minutes'");
        await ExecuteAsync("UPDATE turns SET served_at = now() WHERE priority = 5");
        // One batch, and then it waits again.
        Assert.Equal([usual, urgent, urgent, idle, usual, usual, usual], await ClaimAllAsync(7));
    }

    [Fact]
    public async Task Teams_share_by_weight_with_many_places_and_with_one()
    {
        await ExecuteAsync("INSERT INTO teams (name, weight) VALUES ('a', 3)");
        var a = await EnqueueAsync(200, Spec with { Team = "a" });
        var b = await EnqueueAsync(200, Spec with { Team = "b" });

        var many = await Leases.ClaimAsync("worker", 8, Ttl, Ct);
        Assert.Equal((6, 2), (many.Count(lease => lease.JobId == a), many.Count(lease => lease.JobId == b)));
        foreach (var lease in many) await Leases.ReleaseAsync(lease, Ct);

        var one = new List<long>();
        for (var claim = 0; claim < 16; claim++)
        {
            var lease = await ClaimOneAsync();
            one.Add(lease.JobId);
            Assert.True(await CompleteAsync(lease));
        }
        Assert.Equal(4, one.Count(job => job == b));
    }

    [Fact]
    public async Task A_team_with_long_batches_does_not_fill_all_places()
    {
        await EnqueueAsync(200, Spec with { Team = "long" });
        var held = await Leases.ClaimAsync("worker", 4, Ttl, Ct);
        var brief = await EnqueueAsync(200, Spec with { Team = "brief" });
        Assert.True(await CompleteAsync(held[0]));
        Assert.True(await CompleteAsync(held[1]));

        // Two of four places are its share, however often its own batches end.
        for (var claim = 0; claim < 6; claim++)
        {
            var next = await Leases.ClaimAsync("worker", claim == 0 ? 2 : 1, Ttl, Ct);
            Assert.All(next, lease => Assert.Equal(brief, lease.JobId));
            Assert.True(await CompleteAsync(next[0]));
        }
    }

    [Fact]
    public async Task A_team_that_was_away_has_no_claim_to_what_it_missed()
    {
        await EnqueueAsync(400, Spec with { Team = "busy" });
        for (var claim = 0; claim < 10; claim++) Assert.True(await CompleteAsync(await ClaimOneAsync()));
        var back = await EnqueueAsync(400, Spec with { Team = "back" });

        var claimed = new List<long>();
        for (var claim = 0; claim < 10; claim++)
        {
            var lease = await ClaimOneAsync();
            claimed.Add(lease.JobId);
            Assert.True(await CompleteAsync(lease));
        }

        Assert.InRange(claimed.Count(job => job == back), 5, 6);
    }

    [Fact]
    public async Task A_retried_job_comes_back_at_the_lines_head_and_not_before_it()
    {
        var job = await EnqueueAsync(8, Spec with { MaxAttempts = 1 });
        foreach (var lease in await Leases.ClaimAsync("worker", 4, Ttl, Ct))
            Assert.True(await Leases.FailAsync(lease, "no luck", TimeSpan.Zero, Ct));
        var other = await EnqueueAsync(40);
        await ClaimAllAsync(5);
        Assert.Equal(4, await Jobs.RetryAsync(job, Ct));

        Assert.Equal([job, other, job, other, job], (await ClaimAllAsync(6)).SkipWhile(next => next == other));
    }

    [Fact]
    public async Task Claims_of_eight_workers_at_once_over_many_lines_take_each_batch_once_and_leave_none()
    {
        await ExecuteAsync("INSERT INTO teams (name, weight) VALUES ('team 1', 2), ('team 2', 0.5)");
        for (var job = 0; job < 24; job++)
            await EnqueueAsync(12, Spec with { BatchSize = 1, Priority = job % 3, Team = job % 4 == 0 ? null : $"team {job % 4}" });
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            var mine = new List<BatchLease>();
            while (await Leases.ClaimAsync($"worker {worker}", 3, Ttl, Ct) is { Count: > 0 } more) mine.AddRange(more);
            return mine;
        }));

        Assert.Equal(288, taken.SelectMany(mine => mine).Select(lease => lease.BatchId).Distinct().Count());
        Assert.Equal(288, taken.Sum(mine => mine.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task It_is_the_models_order(int seed)
    {
        var random = new Random(seed);
        await ExecuteAsync("INSERT INTO teams (name, weight) VALUES ('a', 3), ('b', 0.5)");
        var held = new List<BatchLease>();
        for (var step = 0; step < 40; step++)
        {
            if (random.Next(3) == 0)
                await EnqueueAsync(random.Next(1, 12), Spec with
                {
                    BatchSize = random.Next(1, 4),
                    Priority = random.Next(-1, 2),
                    Team = (string?[])[null, "a", "b", "c"] is var teams
                        ? teams[random.Next(4)] : null,
                });
            if (random.Next(4) == 0)
                await ExecuteAsync("UPDATE turns SET served_at = now() - make_interval(secs => 300 + 600 * floor(3 * random()));"
                    + "UPDATE batches SET run_at = now() - interval '205 minutes' WHERE random() < 0.2 AND state = 'available'");
            await DisturbAsync(random);
            while (held.Count > random.Next(8))
            {
                var ended = held[random.Next(held.Count)];
                held.Remove(ended);
                Assert.True(random.Next(2) == 0
                    ? await CompleteAsync(ended) : await Leases.ReleaseAsync(ended, Ct) is ReleaseState.Released);
            }

            var limit = random.Next(1, 5);
            var expected = await ExpectedAsync(limit);
            var claimed = await Leases.ClaimAsync("worker", limit, Ttl, Ct);
            held.AddRange(claimed);
            Assert.Equal(expected.Order(), claimed.Select(lease => lease.BatchId).Order());
        }
    }

    /// <summary>A job is held back or released, paused or resumed, now and then.</summary>
    async Task DisturbAsync(Random random)
    {
        var jobs = await ScalarAsync<long>("SELECT coalesce(max(job_id), 0) FROM jobs");
        if (jobs == 0) return;
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        var (job, batches) = (random.NextInt64(1, jobs + 1), new BatchTransitions(connection));
        var control = new RebaseBatch.Durable.Jobs.JobControl(Database.DataSource);
        switch (random.Next(12))
        {
            case 0: await batches.HoldAsync(job, Ct); break;
            case 1: await batches.ReleaseHeldAsync(job, new SubmissionTurns(), Ct); break;
            case 2: await control.PauseAsync(job, Ct); break;
            case 3: await control.ResumeAsync(job, Ct); break;
        }
    }

    /// <summary>What the model takes of what is in the tables.</summary>
    async Task<IEnumerable<long>> ExpectedAsync(int limit)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        var now = await connection.ExecuteScalarAsync<DateTime>("SELECT now()");
        var waiting = await connection.QueryAsync<(int Priority, string Team, long Id, long Turn, DateTime RunAt)>(
            "SELECT priority::int, team, batch_id, turn, run_at FROM batches "
                + "WHERE state IN ('available', 'retryable') AND NOT paused AND run_at <= now()");
        var running = (await connection.QueryAsync<(string Team, int Batches)>(
            "SELECT team, count(*)::int FROM batches WHERE state = 'running' GROUP BY team"))
            .ToDictionary(team => team.Team, team => team.Batches);
        var weights = (await connection.QueryAsync<(string Name, double Weight)>(
            "SELECT name, weight FROM teams")).ToDictionary(team => team.Name, team => team.Weight);
        var turns = (await connection.QueryAsync<(string Team, int Priority, DateTime ServedAt, double Start, double Pass)>(
            "SELECT team, priority::int, served_at, start, pass FROM turns")).ToList();
        var lines = waiting.GroupBy(batch => (batch.Priority, batch.Team)).Select(line => new WaitingLine(line.Key.Priority, line.Key.Team)
        {
            Weight = weights.GetValueOrDefault(line.Key.Team, 1), Running = running.GetValueOrDefault(line.Key.Team),
            Due = [.. line.Select(batch => new WaitingBatch(batch.Id, batch.Turn, batch.RunAt)).Order()],
            Pass = turns.Single(turn => (turn.Priority, turn.Team) == line.Key).Pass,
            TeamPass = turns.Where(turn => turn.Team == line.Key.Team).Max(turn => turn.Pass),
        }).ToList();
        var served = turns.GroupBy(turn => turn.Priority).ToDictionary(level => level.Key, level => level.Max(turn => turn.ServedAt));
        return ClaimModel.Next(lines, served, turns.Max(turn => turn.Start), now, limit).Select(place => place.Batch.Id);
    }

    async Task<List<long>> ClaimAllAsync(int batches)
    {
        var jobs = new List<long>();
        for (var claim = 0; claim < batches; claim++) jobs.Add((await ClaimOneAsync()).JobId);
        return jobs;
    }

    async Task<IReadOnlyList<long>> EnqueueSweepAsync(params int[] problems)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        var insert = new RebaseBatch.Durable.Jobs.JobInsert(connection);
        var jobs = new List<long>();
        foreach (var count in problems)
        {
            List<RebaseBatch.Contracts.ProblemSpec> all = [.. Enumerable.Range(0, count).Select(Problem)];
            jobs.Add(await insert.InsertAsync(Spec, all, RebaseBatch.Durable.Jobs.JobInputs.Of(Spec, all, new()), closesAt: null, Ct));
        }
        await transaction.CommitAsync(Ct);
        return jobs;
    }
}
