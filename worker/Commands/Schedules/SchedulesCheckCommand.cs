using System.CommandLine;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules check [NAME]</c>: tells scripts by its exit code whether a run got worse.</summary>
static class SchedulesCheckCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = new Argument<string?>("NAME") { Description = "The schedule (default: all).", Arity = ArgumentArity.ZeroOrOne };
        var command = new DocumentedCommand("check", """
            Compares the newest finished run of a schedule with the schedule's baseline.
            It writes a line to stdout for each result that is significantly worse; then the exit code is 8. It writes to stderr how much of
            the baseline could be compared; if nothing could be compared, the exit code is 11.
            Example: rebase schedules check nightly
            """) { name };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var schedules = new ScheduleStore(database.DataSource);
            // A run may have ended since a worker last compared it.
            await foreach (var _ in new RegressionGate(new(database.DataSource)).JudgeDueAsync(schedules, ct)) { }
            var stored = parsed.GetValue(name) is { } one
                ? [await ScheduleArgument.FindAsync(schedules, one, ct)]
                : await schedules.ListAsync(ct);
            foreach (var schedule in stored) Report(context, schedule);
            var verdicts = stored.Select(schedule => schedule.LastVerdict).OfType<RunVerdict>().ToList();
            return (int)(verdicts.Any(verdict => verdict.Losses.Count > 0) ? ExitCode.Regressed
                : verdicts.Any(verdict => verdict.Compared == 0) ? ExitCode.NotComparable
                : ExitCode.Ok);
        });
        return command;
    }

    static void Report(CommandContext context, StoredSchedule stored)
    {
        var (name, verdict) = (stored.Schedule.Name, stored.LastVerdict);
        foreach (var loss in verdict?.Losses ?? []) context.Out.WriteLine($"{name}: {loss}");
        context.WriteStderr(stored switch
        {
            { Unreadable: { } why } => $"schedule {name} {why}",
            { Schedule.Baseline: null } => $"schedule {name} has no baseline",
            { LastVerdict: null } => $"schedule {name}: no run has finished yet",
            { LastVerdict: { Cells: 0 } } =>
                $"schedule {name}: no job of its baseline, sweep {stored.Schedule.Baseline}, was completed, so nothing can be compared: "
                    + "name another sweep as the baseline",
            { LastVerdict: { Compared: 0, Gaps: var gaps } } =>
                $"schedule {name}: none of the baseline's {gaps.Count} cells could be compared",
            { LastVerdict: { Losses.Count: 0 } whole } => $"schedule {name}: nothing got worse; {whole.Coverage}",
            { LastVerdict: { } worse } => $"schedule {name}: {Results(worse.Losses.Count)} got worse; {worse.Coverage}",
        });
        foreach (var difference in verdict?.Differences ?? [])
            context.WriteStderr($"schedule {name}: run and baseline did not run alike, and that alone may change scores: {difference}");
        foreach (var gap in verdict?.Gaps ?? []) context.WriteStderr($"schedule {name}, not compared: {gap}");
    }

    static string Results(int count) => count == 1 ? "1 result" : $"{count} results";
}
