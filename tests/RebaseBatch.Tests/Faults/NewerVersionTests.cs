using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>Rows that a newer version stored, with a setting or a value that this one does not know.</summary>
public sealed class NewerVersionTests(PostgresServer server) : WorkerTest(server)
{
    const string NewSetting = """{"new_knob": 3}""", NewValue = """{"allocation": "quantum"}""";

    static readonly string[] s_reading = ["jobs list", "jobs list --format json", "jobs show 1", "schedules list", "schedules check"];

    [Fact]
    public async Task A_worker_passes_them_over_solves_what_is_behind_them_and_stays()
    {
        await DueSchedule.AddAsync(Database, hours: null);
        await ChangeAsync("UPDATE schedules SET sweep = jsonb_set(sweep, '{settings,new_knob}', '1')");
        var newer = await EnqueueNewerAsync(NewSetting, problems: 4);
        await using var worker = RebaseProcess.Worker(Database.ConnectionString, Folder.Path, "Worker:SchedulePollSeconds=0.2");
        await worker.SaysAsync("schedule night is due but can't run");
        var free = await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 2), await Problems.TakeAsync(2), default);

        Assert.Equal(JobState.Completed, (await Ledger.EndedAsync(free)).State);
        Assert.False(worker.HasExited, worker.Stderr);
        Assert.Equal((0, 0),
            (await Ledger.CountAsync("SELECT count(*) FROM sweeps"), await Ledger.CountAsync("SELECT count(*) FROM schedule_runs")));
        // A newer worker finds the job as it was enqueued.
        Assert.Equal(4, await Ledger.CountAsync(
            $"SELECT count(*) FROM batches WHERE job_id = {newer} AND state = 'available' AND attempt = 0 AND last_error IS NULL"));
    }

    [Theory]
    [InlineData(NewSetting, "new_knob")]
    [InlineData(NewValue, "allocation")]
    public async Task Lists_show_them_and_say_why_they_can_not_be_read(string change, string name)
    {
        await DueSchedule.AddAsync(Database, hours: null);
        await ChangeAsync($"UPDATE schedules SET sweep = jsonb_set(sweep, '{{settings}}', '{change}')");
        await EnqueueNewerAsync(change, problems: 1);
        foreach (var command in s_reading)
        {
            var run = await CommandRun.Of([.. command.Split(' '), "--database", Database.ConnectionString, "--data", Folder.Path]);
            var said = string.Join(' ', (run.Out + run.Error).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(command == "schedules check" ? ExitCode.NotComparable : ExitCode.Ok, run.Code);
            Assert.Contains("can't be read: enqueued by a newer version", said, StringComparison.Ordinal);
            Assert.Contains(name, said, StringComparison.Ordinal);
        }

        foreach (var command in (string[])["schedules run-now night", "results show 1", "report 1"])
        {
            var run = await CommandRun.Of([.. command.Split(' '), "--database", Database.ConnectionString, "--data", Folder.Path]);
            Assert.Equal(ExitCode.BadInput, run.Code);
            Assert.DoesNotContain("unexpected", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_claim_finds_what_is_behind_them_with_few_places()
    {
        var newer = await EnqueueNewerAsync(NewValue, problems: 30);
        var free = await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 1), await Problems.TakeAsync(2), default);
        var leases = new LeaseStore(Database.DataSource);
        Assert.Equal(free, Assert.Single(await leases.ClaimAsync("w", 1, TimeSpan.FromMinutes(1), default)).JobId);
        Assert.Equal(free, Assert.Single(await leases.ClaimAsync("w", 9, TimeSpan.FromMinutes(1), default)).JobId);
        Assert.Empty(await leases.ClaimAsync("w", 9, TimeSpan.FromMinutes(1), default));
        Assert.Equal(30, await Ledger.CountAsync(
            $"SELECT count(*) FROM batches WHERE job_id = {newer} AND state = 'available' AND attempt = 0"));
    }

    [Fact]
    public async Task No_code_path_fires_such_a_schedule()
    {
        await DueSchedule.AddAsync(Database, hours: null);
        await ChangeAsync("UPDATE schedules SET sweep = sweep || '{\"new_key\": 1}'");
        var schedules = new ScheduleStore(Database.DataSource);
        var stored = Assert.Single(await schedules.ListAsync(default));
        Assert.Contains("new_key", stored.Unreadable, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UserException>(() => schedules.FireAsync(stored, DateTimeOffset.UtcNow, [], default));
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM sweeps"));
    }

    async Task<long> EnqueueNewerAsync(string change, int problems)
    {
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 1), await Problems.TakeAsync(problems), default);
        await ChangeAsync($"UPDATE jobs SET spec = spec || '{change}' WHERE job_id = {job}");
        return job;
    }

    async Task ChangeAsync(string sql)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        Assert.Equal(1, await connection.ExecuteAsync(sql));
    }
}
