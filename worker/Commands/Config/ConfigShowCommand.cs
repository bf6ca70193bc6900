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
            Prints every setting, its value and where the value comes from.
            The sources, each of which overrides the ones before it: appsettings.json beside the program, rebase.json in the current folder,
            the environment (Rebase__Worker__MaxBatches), the command line. Passwords are masked.
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
