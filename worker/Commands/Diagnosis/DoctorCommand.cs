using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary><c>rebase doctor</c>: looks at everything the program needs and says what is wrong and what to do.</summary>
static class DoctorCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("doctor", """
            Checks what the program needs on this machine: the runtime, its folders, the native parts, the database and its schema, the models and the devices. Changes nothing. Exits 0 when all is right, else with the code of the first fault.
            Example: rebase doctor --format json
            """) { format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var findings = new List<DoctorFinding>();
            foreach (var check in DoctorChecks.Of(context)) findings.Add(await check.RunAsync(ct));

            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, findings,
                new("check", row => row.Name),
                new("ok", row => row.IsOk, row => row.IsOk ? "ok" : "FAILED"),
                new("detail", row => row.Detail),
                new("way_out", row => row.WayOut));
            return (int)(findings.Find(finding => !finding.IsOk)?.Code ?? ExitCode.Ok);
        });
        return command;
    }
}
