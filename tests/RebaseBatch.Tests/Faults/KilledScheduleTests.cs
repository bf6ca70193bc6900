using Dapper;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>A night's run whose workers are killed: real processes, <c>kill -9</c>.</summary>
public sealed class KilledScheduleTests(PostgresServer server)
{
    [Fact]
    public async Task A_run_whose_worker_is_killed_twice_goes_on_in_its_trees_and_is_fired_no_second_time()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var gate = await CheckpointGate.CreateAsync(database);
        var ledger = new Ledger(database.DataSource);
        await DueSchedule.AddAsync(database, hours: null);

        HashSet<Ledger.StoredStep> stored = [];
        // Twice: once right at the start, and once in the middle of the REBASE job's trees (the greedy one has some thirty steps).
        foreach (var steps in (int[])[1, 80])
        {
            await gate.CloseAtAsync(steps);
            await using var killed = Worker(database, folder);
            await gate.KillHeldAsync(killed);
            var now = (await ledger.StepsAsync()).ToHashSet();
            Assert.Subset(now, stored);
            Assert.True(now.Count >= steps);
            stored = now;
        }

        await gate.OpenAsync();
        await using var last = Worker(database, folder);
        await EndedAsync(ledger);
        Assert.Subset((await ledger.StepsAsync()).ToHashSet(), stored);
        await ledger.AssertWholeAsync(DueSchedule.Problems, Path.Combine(folder.Path, "results"));
        // Otherwise no kill hit a search under way, and the test showed nothing.
        Assert.True(
            await ledger.CountAsync(
                "SELECT count(*) FROM (SELECT problem_id FROM nodes GROUP BY 1 HAVING count(DISTINCT lease_epoch) > 1) resumed") > 0);
    }

    [Fact]
    public async Task A_worker_killed_while_it_fires_leaves_the_time_due_and_the_next_fires_it()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var ledger = new Ledger(database.DataSource);
        await DueSchedule.AddAsync(database, hours: null);
        await using (var holder = await database.DataSource.OpenConnectionAsync())
        {
            // It has inserted the sweep and its jobs by then, and waits to record the run.
            await holder.ExecuteAsync("BEGIN; LOCK TABLE schedule_runs IN SHARE MODE");
            await using var killed = Worker(database, folder);
            await Eventually.TrueAsync(
                async () => killed.HasExited || await holder.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT {WaitingToRecord})"));
            Assert.False(killed.HasExited, killed.Stderr);
            killed.Kill();
            await killed.ExitAsync();
            // As the server would when it finds that the other end is gone.
            await holder.ExecuteAsync($"SELECT pg_terminate_backend(pid) {WaitingToRecord}");
            await holder.ExecuteAsync("COMMIT");
        }

        await Eventually.TrueAsync(async () => await ledger.CountAsync($"SELECT count(*) {WaitingToRecord}") == 0);
        Assert.Equal(0,
            await ledger.CountAsync(
                "SELECT (SELECT count(*) FROM schedule_runs) + (SELECT count(*) FROM sweeps) + (SELECT count(*) FROM jobs)"));
        await using var next = Worker(database, folder);
        await EndedAsync(ledger);
        await ledger.AssertWholeAsync(DueSchedule.Problems, Path.Combine(folder.Path, "results"));
    }

    const string WaitingToRecord = "FROM pg_locks WHERE NOT granted AND relation = 'schedule_runs'::regclass AND mode = 'RowExclusiveLock'";

    /// <summary>Waits for the run's jobs; there is one run, of one sweep.</summary>
    static async Task EndedAsync(Ledger ledger)
    {
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM jobs") == 2);
        foreach (var job in (long[])[await ledger.CountAsync("SELECT min(job_id) FROM jobs"),
            await ledger.CountAsync("SELECT max(job_id) FROM jobs")]) await ledger.EndedAsync(job);
        Assert.Equal((1, 1),
            (await ledger.CountAsync("SELECT count(*) FROM schedule_runs"), await ledger.CountAsync("SELECT count(*) FROM sweeps")));
    }

    // Few searches at once and a checkpoint after nearly every step: the kill comes while they are under way.
    static RebaseProcess Worker(TestDatabase database, TemporaryFolder folder) =>
        RebaseProcess.Worker(database.ConnectionString, folder.Path,
        "Worker:SchedulePollSeconds=0.2", "Worker:LeaseSeconds=2", "Worker:MaxSearches=2", "Worker:CheckpointMilliseconds=1",
        "Worker:PollMinMilliseconds=20");
}
