using System.CommandLine;

namespace RebaseBatch.Commands.Output;

/// <summary>The <c>--wide</c> of every command that writes tables. A command gets it with its <see cref="FormatOption"/>.</summary>
static class WideOption
{
    public const string Name = "--wide";

    /// <summary>Adds the option to all commands that have <see cref="FormatOption"/>.</summary>
    public static void AddTo(Command root)
    {
        if (root.Options.OfType<Option<OutputFormat?>>().Any()) root.Options.Add(new Option<bool>(Name)
        {
            Description = "Show all columns of a table, also those that the terminal has no room for. Pipes, JSON and CSV always have "
                + "all columns.",
        });
        foreach (var command in root.Subcommands) AddTo(command);
    }

    public static bool IsGiven(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == Name) is { } wide
        && parsed.GetValue(wide);
}
