using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Tables;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules list</c>.</summary>
static class SchedulesListCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("list", """
            Lists the schedules, with their due times and the result of the newest run.
            Example: rebase schedules list --format json
            """) { format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var schedules = new ScheduleStore(database.DataSource);
            var now = await schedules.NowAsync(ct);
            var undelivered = await new NotificationTargets(database.DataSource).UndeliveredAsync(ct);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, await schedules.ListAsync(ct),
                new("name", row => row.Schedule.Name, Rank: Rank.Key),
                new("cron", row => row.Schedule.Cron, Rank: 3),
                new("time_zone", row => row.Schedule.TimeZone),
                new("until", row => row.Schedule.Until?.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
                new("missed", row => EnumOption.Name(row.Schedule.Missed)),
                new("sweep", row => row.Unreadable ?? row.Schedule.Sweep.Name, Rank: 4, Least: 12),
                new("baseline", row => row.Schedule.Baseline),
                new("next_due_at", row => row.NextAfter(now), Rank: 2),
                new("last_due_at", row => row.LastDueAt, Rank: 5),
                new("last_sweep", row => row.LastSweepId, Rank: 6),
                new("last_run", State, Shown, Rank: Rank.Verdict),
                new("last_failed", row => row.LastSweepId is null ? null : row.LastFailed),
                new("undelivered", row => undelivered.GetValueOrDefault(row.Schedule.Name), Rank: 1));
        });
        return command;
    }

    static string? State(StoredSchedule row) => row switch
    {
        { LastSweepId: null } => null,
        { LastIsOver: false } => "unfinished",
        { Schedule.Baseline: not null, LastVerdict: { Answer: not GateAnswer.Pass } verdict } when verdict.DueAt == row.LastDueAt =>
            StoredNames.Of(verdict.Answer),
        { LastFailed: > 0 } => "finished_with_failures",
        _ => "finished",
    };

    static string Shown(StoredSchedule row) => State(row) switch
    {
        "finished_with_failures" => $"finished, {row.LastFailed} failed",
        { } state when row.LastFailed > 0 => $"{state}, {row.LastFailed} failed",
        var state => state ?? "",
    };
}
