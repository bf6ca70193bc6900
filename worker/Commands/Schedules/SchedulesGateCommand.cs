using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules gate NAME</c>: what a schedule's gate tolerates.</summary>
static class SchedulesGateCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = ScheduleArgument.Create();
        var replace = new Option<string?>("--replace")
        {
            Description = "Replace the gate by the one in this file (YAML or JSON), and judge the newest finished run again.",
            HelpName = "FILE",
        };
        var format = EnumOption.Create<GateFormat>("--format", "The format of the gate on stdout (default: yaml).");
        var command = new DocumentedCommand("gate", """
            Prints the gate of a schedule as a file that --replace reads: which drops it tolerates, in which cells, and with which
            certainty.
            Earlier runs keep the verdicts of the gate of their time.
            Example: rebase schedules gate nightly --replace gate.yaml
            """) { name, replace, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var schedules = new ScheduleStore(database.DataSource);
            var stored = await ScheduleArgument.FindAsync(schedules, parsed.GetRequiredValue(name), ct);
            if (parsed.GetValue(replace) is { } file)
            {
                if (stored.Unreadable is { } why)
                    throw new UserException(ExitCode.BadInput, $"the schedule '{stored.Schedule.Name}' {why}: use that version for it");
                var policy = await GateFile.ReadAsync(context, file, stored.Schedule.Sweep, ct);
                var store = new GateStore(database.DataSource);
                await store.SetAsync(stored.ScheduleId, policy, ct);
                stored = stored with { Gate = StoredGate.Of(policy) };
                var check = new ScheduleCheck(schedules, new(new(database.DataSource), store));
                foreach (var verdict in await check.AnswersAsync(stored.Schedule.Name, ct)) context.WriteStderr(GateSummary.Line(verdict));
            }

            var inForce = StoredGate.PolicyOf(stored.Schedule.Name, stored.Gate);
            if (stored.Unreadable is null && GateFit.Remark(inForce, stored.Schedule.Sweep) is { } powerless)
                context.WriteStderr(powerless);
            if (parsed.GetValue(format) is GateFormat.Json)
                Listing.WriteJson(context.Out, json => GatePolicyText.Json(inForce).WriteTo(json));
            else context.Out.WriteLine(GatePolicyText.Yaml(inForce));
        });
        return command;
    }
}
