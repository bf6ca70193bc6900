using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Config;

/// <summary><c>rebase config show</c>: the effective settings and where each comes from.</summary>
static class ConfigShowCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("show", """
            Prints every setting, its value and where the value comes from.
            The sources, each of which overrides the ones before it: appsettings.json beside the program, rebase.json in the current folder,
            the environment (Rebase__Worker__MaxBatches), the command line. Passwords are masked.
            Example: rebase config show --set Rebase:Worker:MaxBatches=4
            """) { format };
        command.SetAction(parsed =>
        {
            var context = new CommandContext(environment, parsed);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, context.Settings.Show().ToList(),
                new("setting", row => row.Key, Rank: Rank.Key), new("value", row => row.Value, Rank: 1, Least: 12, Wraps: true),
                new("source", row => row.Source, Rank: 2, Least: 8));
        });
        return command;
    }
}
