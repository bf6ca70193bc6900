using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules check [NAME]</c>: tells people and scripts whether the newest run may be released.</summary>
static class SchedulesCheckCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = new Argument<string?>("NAME") { Description = "The schedule (default: all).", Arity = ArgumentArity.ZeroOrOne };
        var format = FormatOption.Create();
        var maxAge = DurationOption.Create("--max-age",
            "How old the newest finished run's results may be, from the end of its newest job, such as 26h or 7d (default: as the gate "
                + "says, or as old as they like).", "AGE", allowsZero: false);
        var engines = new Option<bool>("--allow-engine-change")
        {
            Description = "Compare the run with its baseline even if they ran on different engines. This answer is not stored.",
        };
        var flips = ScheduleFlips.Option();
        var command = new DocumentedCommand("check", """
            Says whether the newest run of a schedule is as good as the schedule's baseline.
            It writes a line to stdout for each schedule, and below it a line for each cell that is no PASS or lacks seeds.
            The exit code is that of the worst schedule: 0 PASS, 12 WARN (a significant drop within the tolerance), 13 INCONCLUSIVE (no
            significant drop, but one beyond the tolerance would not have been seen), 11 INCOMPARABLE, 8 BLOCK (a significant drop beyond
            the tolerance), 14 STALE (the newest due run is not finished, or too old).
            Example: rebase schedules check nightly --max-age 26h
            """) { name, format, maxAge, engines, flips };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var check = new ScheduleCheck(new(database.DataSource), new(new(database.DataSource), new(database.DataSource)),
                parsed.GetValue(maxAge), parsed.GetValue(engines));
            var one = parsed.GetValue(name);
            var verdicts = await check.AnswersAsync(one, ct);
            if (verdicts.Count == 0)
                throw one is not null ? ScheduleArgument.NotFound(one)
                    : new UserException(ExitCode.NotFound, "there is no schedule to check: 'rebase schedules add' makes one");
            var form = parsed.GetValue(format) ?? OutputFormat.Table;
            if (parsed.GetValue(flips)) await ScheduleFlips.WriteAsync(context, database.DataSource, form, verdicts, one is not null, ct);
            else VerdictWriter.Write(context, form, verdicts, isOne: one is not null);
            return (int)Code(verdicts.Max(verdict => verdict.Answer));
        });
        return command;
    }

    static ExitCode Code(GateAnswer answer) => answer switch
    {
        GateAnswer.Pass => ExitCode.Ok,
        GateAnswer.Warn => ExitCode.Warned,
        GateAnswer.Inconclusive => ExitCode.Inconclusive,
        GateAnswer.Incomparable => ExitCode.NotComparable,
        GateAnswer.Block => ExitCode.Regressed,
        _ => ExitCode.Stale,
    };
}
