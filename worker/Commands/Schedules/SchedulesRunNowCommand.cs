using System.CommandLine;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules run-now NAME</c>: a run outside the schedule.</summary>
static class SchedulesRunNowCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = ScheduleArgument.Create();
        var modelsElsewhere = ModelsElsewhereOption.Create();
        var command = new DocumentedCommand("run-now", """
            Runs a schedule as if it were due now, and prints the number of the run's sweep.
            If the newest run is unfinished, it continues. If the schedule has an --until time, the run stops when that time comes next.
            Example: rebase schedules run-now nightly
            """) { name, modelsElsewhere };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var schedules = new ScheduleStore(database.DataSource);
            var stored = await ScheduleArgument.FindAsync(schedules, parsed.GetRequiredValue(name), ct);
            if (stored.Unreadable is { } why)
                throw new UserException(ExitCode.BadInput, $"the schedule '{stored.Schedule.Name}' {why}: use that version for it");
            var preparation = new SweepPreparation(parsed.GetValue(modelsElsewhere) ? null : new ModelCatalog(context.Options.Models));
            var jobs = await preparation.PrepareAsync(stored.Schedule.Sweep, await schedules.ProblemsAsync(stored.Schedule.Sweep, ct), ct);
            if (await schedules.FireAsync(stored, await schedules.NowAsync(ct), jobs, ct) is not { } run)
                throw ScheduleArgument.NotFound(stored.Schedule.Name);
            context.Out.WriteLine(run.SweepId);
            var end = run.ClosesAt is { } closes
                ? $", until {TimeZoneInfo.ConvertTime(closes, stored.Schedule.Zone):yyyy-MM-dd HH:mm zzz}"
                : "";
            context.WriteStderr($"sweep {run.SweepId} {(run.GoesOn ? "had not ended and continues" : "is enqueued")}{end}");
        });
        return command;
    }
}
