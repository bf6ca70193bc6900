using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Schedules;

namespace RebaseBatch.Tests.Support.Workers;

/// <summary>A schedule of two jobs on the bundled models, greedy and REBASE, that was due a minute ago.</summary>
static class DueSchedule
{
    /// <summary>Of both jobs together.</summary>
    public const int Problems = 12;

    static readonly SweepSpec s_sweep = new()
    {
        Name = "night", Datasets = [new("arithmetic-test.jsonl", Problems / 2)], Policies = ["tiny-math-policy-s"],
        Rewards = ["tiny-math-prm"], Strategies = [new(SearchStrategy.Greedy, [], []), new(SearchStrategy.Rebase, [16], [])], Seeds = [0],
        Settings = new()
        {
            ["batch_size"] = 3,
        },
    };

    /// <summary>Adds the daily schedule.</summary>
    /// <param name="hours">How long its window is open; null for ever.</param>
    public static async Task AddAsync(TestDatabase database, int? hours)
    {
        var schedules = new ScheduleStore(database.DataSource);
        var due = (await schedules.NowAsync(default)).UtcDateTime.AddMinutes(-1);
        var closes = due.AddHours(hours ?? 0);
        await schedules.AddAsync(
            new("night", $"{due.Minute} {due.Hour} * * *", "UTC", hours is null ? null : new(closes.Hour, closes.Minute),
                MissedPolicy.RunOnce, false, s_sweep, null),
            [await Support.Problems.TakeAsync(9)], default);
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("UPDATE schedules SET created_at = now() - interval '5 minutes'");
    }
}
