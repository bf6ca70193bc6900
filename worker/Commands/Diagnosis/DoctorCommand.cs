using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary><c>rebase doctor</c>: checks everything that the program needs, and says what is wrong and what to do.</summary>
static class DoctorCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("doctor", """
            Checks that this machine has everything that the program needs.
            It checks the .NET runtime, the folders, the native libraries, the database and its schema, the devices and the models. It
            changes nothing. The exit code is 0 if nothing is wrong, else the code of the first fault.
            Example: rebase doctor --format json
            """) { format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var findings = new List<DoctorFinding>();
            foreach (var check in DoctorChecks.Of(context)) findings.Add(await check.RunAsync(ct));

            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, findings,
                new("check", row => row.Name, Rank: Rank.Key),
                new("ok", row => row.IsOk, row => row.IsOk ? "ok" : "FAILED", Rank: Rank.Verdict),
                new("detail", row => row.Detail, Rank: 1, Least: 24, Wraps: true),
                new("way_out", row => row.WayOut, Title: "what to do", Rank: 1, Least: 24, Wraps: true));
            return (int)(findings.Find(finding => !finding.IsOk)?.Code ?? ExitCode.Ok);
        });
        return command;
    }
}
