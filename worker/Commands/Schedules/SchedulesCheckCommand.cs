using System.CommandLine;
using RebaseBatch.Errors;
using RebaseBatch.Hosting;
using RebaseBatch.Schedules;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules check [NAME]</c>: the gate for scripts.</summary>
static class SchedulesCheckCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var name = new Argument<string?>("NAME") { Description = "The schedule (default: all).", Arity = ArgumentArity.ZeroOrOne };
        var command = new Verb("check", """
            Tells what the newest finished run lost against its schedule's baseline, a line each on stdout, and ends with exit code 8 if it is anything.
            Example: rebase schedules check nightly
            """) { name };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(surroundings, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var schedules = new ScheduleStore(database.DataSource);
            var gate = new RegressionGate(database.DataSource);
            // A run may have ended since a worker last looked.
            foreach (var run in await schedules.UnjudgedAsync(ct)) await schedules.JudgeAsync(run, await gate.LossesAsync(run.SweepId, run.Baseline, ct), ct);
            var stored = parsed.GetValue(name) is { } one ? [await ScheduleArgument.FindAsync(schedules, one, ct)] : await schedules.ListAsync(ct);

            var lost = false;
            foreach (var schedule in stored)
            {
                if (schedule.Schedule.Baseline is null) context.Say($"schedule {schedule.Schedule.Name} has no baseline");
                else if (schedule.LastLosses is null) context.Say($"schedule {schedule.Schedule.Name}: no run has finished yet");
                else if (schedule.LastLosses.Count == 0) context.Say($"schedule {schedule.Schedule.Name}: nothing got worse");
                foreach (var loss in schedule.LastLosses ?? [])
                {
                    context.Out.WriteLine($"{schedule.Schedule.Name}: {loss}");
                    lost = true;
                }
            }

            return (int)(lost ? ExitCode.Regressed : ExitCode.Ok);
        });
        return command;
    }
}
