using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Verification;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Db;

/// <summary><c>rebase db verify</c>: proves that the tables and result files hold nothing false.</summary>
static class DbVerifyCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var repair = new Option<bool>("--repair")
        {
            Description = "Repair what other rows hold: sums, states, leases that nobody renews, result files. Then check again.",
        };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("verify", """
            Checks that the tables and the result files hold nothing false.
            Each problem of an ended batch has one result; each tree is whole; all sums are those of their rows; nothing runs without a
            lease; each result file is there with its hash. It may run while workers work, and reads whole tables. Rows whose check is a
            note are only listed. The exit code is 7 if a fault is left.
            Example: rebase db verify
            Example: rebase db verify --repair --format json
            """) { repair, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var verifier = new Verifier(database.DataSource, context.Results);
            var grace = context.Options.Worker.Lease;
            var findings = await verifier.RunAsync(grace, ct);
            if (parsed.GetValue(repair) && findings.Any(finding => finding.IsFaulty))
                findings = await new RepairRun(verifier, new(database.DataSource, context.Results)).RunAsync(findings, grace, ct);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, findings, s_columns);
            var faults = findings.Where(finding => finding.IsFaulty).ToList();
            foreach (var finding in faults)
                context.WriteStderr($"{finding.Check}: {string.Join("; ", finding.Examples)}"
                    + (finding.WayOut is { } wayOut ? $" ({wayOut})" : parsed.GetValue(repair) ? "" : " (--repair mends it)"));
            return (int)(faults.Count == 0 ? ExitCode.Ok : ExitCode.Incomplete);
        });
        return command;
    }

    static readonly Column<Finding>[] s_columns =
    [
        new("check", finding => finding.Check, Rank: Rank.Key),
        new("rows", finding => finding.Rows, Rank: 2),
        new("faults", finding => finding.IsNote ? 0 : finding.Faults, Rank: Rank.Verdict),
        new("repaired", finding => finding.Repaired, Rank: 3),
        new("note", finding => finding.IsNote && finding.Faults > 0 ? $"{finding.Faults} {finding.WayOut}" : null, Rank: 1, Least: 16),
        new("examples", finding => string.Join("; ", finding.Examples),
            finding => finding.Examples is [var first, ..] ? first : "", Rank: 4, Least: 16),
    ];
}
