using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Hosting;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Db;

/// <summary><c>rebase db status</c>: which of the schema's scripts the database has.</summary>
static class DbStatusCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("status", """
            Lists the schema's scripts and shows which of them the database has.
            The exit code is 0 if the schema fits this program, else 4.
            Example: rebase db status --format json
            """) { format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.ConnectDatabaseAsync(ct);
            var scripts = await new Migrator(database.DataSource).StatusAsync(ct);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, scripts,
                new("script", row => row.Name, Rank: Rank.Key), new("state", row => row.State, Rank: Rank.Verdict),
                new("applied_at", row => row.AppliedAt, Rank: 1));
            return (int)(scripts.All(script => script.State is MigrationState.Applied) ? ExitCode.Ok : ExitCode.DatabaseUnavailable);
        });
        return command;
    }
}
