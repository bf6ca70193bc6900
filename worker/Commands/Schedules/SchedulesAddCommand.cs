using System.CommandLine;
using System.Globalization;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules add NAME</c>: a sweep that runs by the clock.</summary>
static class SchedulesAddCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = new Argument<string>("NAME") { Description = "A name for the schedule, unique." };
        var cron = new Option<string>("--cron") { Description = "When it is due, in five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). Of the two days either fits, if both are restricted.", HelpName = "FIELDS", Required = true };
        var zone = new Option<string>("--time-zone") { Description = "The time zone of --cron and --until, an IANA name such as Europe/Berlin.", HelpName = "ZONE", DefaultValueFactory = _ => "UTC" };
        var sweep = new Option<string>("--sweep") { Description = "The sweep file (YAML or JSON). It is stored with its datasets: later changes of the files don't count.", HelpName = "FILE", Required = true };
        var until = new Option<string?>("--until") { Description = "Local time at which a run stops at the next step, until the next due time goes on with it (default: it runs to its end).", HelpName = "HH:MM" };
        var missed = EnumOption.Create<MissedPolicy>("--missed", "What becomes of due times that passed while no worker ran: one run makes up for them, or they are left out (default: run-once).");
        var fresh = new Option<bool>("--fresh") { Description = "Run all jobs each time, those too that the tables hold for the same inputs." };
        var baseline = NumberOption.Long("--baseline", "Hold every run against this sweep: 'rebase schedules check' tells what got significantly worse.");
        var skipInvalid = new Option<bool>("--skip-invalid") { Description = "Take the good lines of a dataset that has bad ones." };
        var command = new DocumentedCommand("add", """
            Stores a schedule. Whichever worker comes first fires it; a run that a window's end stopped goes on in the next window.
            Example: rebase schedules add nightly --cron "0 1 * * 1-5" --time-zone Europe/Berlin --sweep sizes.yaml --until 07:00
            """) { name, cron, zone, sweep, until, missed, fresh, baseline, skipInvalid };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var (spec, problems) = await new SweepEnqueue(context, parsed.GetValue(skipInvalid), modelsElsewhere: true).ReadAsync(parsed.GetRequiredValue(sweep), ct);
            SweepPlan.Of(spec); // says now what a worker would say by night
            var schedule = new Schedule(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(cron), parsed.GetRequiredValue(zone), Time(parsed.GetValue(until)),
                parsed.GetValue(missed) ?? MissedPolicy.RunOnce, parsed.GetValue(fresh), spec, parsed.GetValue(baseline));
            var times = schedule.Times;
            await using var database = await context.OpenDatabaseAsync(ct);
            var schedules = new ScheduleStore(database.DataSource);
            await schedules.AddAsync(schedule, problems, ct);
            var next = times.After(await schedules.NowAsync(ct));
            context.WriteStderr($"schedule {schedule.Name}: {(next is { } due ? $"due next at {TimeZoneInfo.ConvertTime(due, schedule.Zone):yyyy-MM-dd HH:mm zzz}" : "never due again")}");
        });
        return command;
    }

    static TimeOnly? Time(string? text) => text is null ? null
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : throw new UserException(ExitCode.BadInput, $"--until takes a time such as 07:00, and '{text}' is none");
}
