using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Config;

/// <summary><c>rebase config show</c>: the effective settings and where each comes from.</summary>
static class ConfigShowCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("show", """
            Prints every setting with its effective value, passwords masked, and the source that decided it: appsettings.json beside the program, then rebase.json in the current folder, then the environment (Rebase__Worker__MaxBatches), then the command line.
            Example: rebase config show --set Rebase:Worker:MaxBatches=4
            """) { format };
        command.SetAction(parsed =>
        {
            var settings = new CommandContext(environment, parsed).Settings;
            Listing.Write(environment.Out, parsed.GetValue(format) ?? OutputFormat.Table, settings.Show().ToList(),
                new("setting", row => row.Key), new("value", row => row.Value), new("source", row => row.Source));
        });
        return command;
    }
}
