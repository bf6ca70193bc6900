using System.CommandLine;
using System.Globalization;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules add NAME</c>: a sweep that runs at set times.</summary>
static class SchedulesAddCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = new Argument<string>("NAME") { Description = "A unique name for the schedule." };
        var cron = new Option<string>("--cron")
        {
            Description = "The due times, in five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). If both "
                + "days are restricted, a date is due when either of them matches.",
            HelpName = "FIELDS",
            Required = true,
        };
        var zone = new Option<string>("--time-zone")
        {
            Description = "The time zone of --cron and --until, an IANA name such as Europe/Berlin.",
            HelpName = "ZONE",
            DefaultValueFactory = _ => "UTC",
        };
        var sweep = new Option<string>("--sweep")
        {
            Description = "The sweep file (YAML or JSON). The schedule stores a copy of it and of its datasets: later changes of the files "
                + "have no effect.",
            HelpName = "FILE",
            Required = true,
        };
        var until = new Option<string?>("--until")
        {
            Description = "Local time at which a run stops, when its current steps are done. It continues at the next due time (default: a "
                + "run does not stop before its end).",
            HelpName = "HH:MM",
        };
        var missed = EnumOption.Create<MissedPolicy>("--missed",
            "What to do about due times that passed while no worker ran: 'run-once' makes one run for all of them, 'skip' makes none "
                + "(default: run-once).");
        var fresh = new Option<bool>("--fresh")
        {
            Description = "Run all jobs each time, even if the database has jobs with the same inputs.",
        };
        var baseline = NumberOption.Long(
            "--baseline", "Compare every run with this sweep. 'rebase schedules check' shows what is significantly worse.");
        var gate = new Option<string?>("--gate")
        {
            Description = "What the comparison tolerates: a file (YAML or JSON) of which the schedule stores a copy (default: a drop of 5 "
                + "points in any cell). 'rebase schedules gate' shows and replaces it.",
            HelpName = "FILE",
        };
        var skipInvalid = new Option<bool>("--skip-invalid") { Description = "Skip the bad lines of a dataset and use the others." };
        var notify = new NotifyOptions("--notify");
        var command = new DocumentedCommand("add", """
            Stores a schedule that runs a sweep at set times.
            At each due time, one of the running workers starts the run. A run that --until stopped continues at the next due time.
            Example: rebase schedules add nightly --cron "0 1 * * 1-5" --time-zone Europe/Berlin --sweep sizes.yaml --until 07:00
            """)
            {
                name, cron, zone, sweep, until, missed, fresh, baseline, gate, skipInvalid, notify.Addresses, notify.Form, notify.On,
            };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var called = parsed.GetRequiredValue(name);
            // Answers are lines: a name with a line's end or a terminal's escape could look like another schedule's PASS.
            if (string.IsNullOrWhiteSpace(called) || NameRule.FaultOf(called) is not null)
                throw new UserException(ExitCode.BadInput, "a schedule's name can't be empty or have control characters: use letters, "
                    + $"digits and signs{(NameRule.FaultOf(called) is { } fault ? $" ({fault})" : "")}");
            if (parsed.GetValue(sweep) == InputText.Stdin && parsed.GetValue(gate) == InputText.Stdin)
                throw new UserException(ExitCode.BadInput, "--sweep and --gate can't both be read from stdin: name a file for one of them");
            var reader = new SweepEnqueue(context, parsed.GetValue(skipInvalid), modelsElsewhere: true);
            var (spec, problems) = await reader.ReadAsync(parsed.GetRequiredValue(sweep), ct);
            SweepPlan.Of(spec); // reports now the faults that a worker would find at the due time
            var policy = parsed.GetValue(gate) is { } file ? await GateFile.ReadAsync(context, file, spec, ct) : null;
            var schedule = new Schedule(
                called, parsed.GetRequiredValue(cron), parsed.GetRequiredValue(zone), Time(parsed.GetValue(until)),
                parsed.GetValue(missed) ?? MissedPolicy.RunOnce, parsed.GetValue(fresh), spec, parsed.GetValue(baseline))
            {
                Notify = notify.TargetsOf(parsed),
            };
            var times = schedule.Times;
            await using var database = await context.OpenDatabaseAsync(ct);
            var schedules = new ScheduleStore(database.DataSource);
            await schedules.AddAsync(schedule, problems, ct, policy);
            var next = times.After(await schedules.NowAsync(ct)) is { } due
                ? $"next due at {TimeZoneInfo.ConvertTime(due, schedule.Zone):yyyy-MM-dd HH:mm zzz}"
                : "it is never due again";
            context.WriteStderr($"schedule {schedule.Name}: {next}");
            if (policy is not null && GateFit.Remark(policy, spec) is { } powerless) context.WriteStderr(powerless);
            if (schedule is { Baseline: not null, Fresh: false })
                context.WriteStderr("without --fresh a run repeats results that the database has for the same inputs. Such a cell measures "
                    + (policy?.RequireFresh is true ? "nothing, and this gate finds it INCOMPARABLE (require_fresh)"
                        : "nothing: a new build or device that is worse is not found"));
            NotifyOptions.Remark(context, schedule.Notify);
            if (schedule is { Notify.Count: > 0, Baseline: null })
                context.WriteStderr("without --baseline no run is judged: only runs that do not finish are told");
        });
        return command;
    }

    static TimeOnly? Time(string? text) => text is null ? null
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : throw new UserException(ExitCode.BadInput, $"--until takes a time such as 07:00; '{text}' is not one");
}
