using System.CommandLine;

namespace RebaseBatch.Commands.Output;

/// <summary>The <c>--csv-safe</c> of every command that writes CSV. A command gets it with its <c>--format</c>.</summary>
static class CsvSafeOption
{
    public const string Name = "--csv-safe";

    /// <summary>Adds the option to all commands whose <c>--format</c> has CSV.</summary>
    public static void AddTo(Command root)
    {
        if (root.Options.Any(option => option.Name == "--format" && (option.HelpName ?? "").Split('|').Contains("csv")))
            root.Options.Add(new Option<bool>(Name)
            {
                Description = "In CSV, put an apostrophe before cells that a spreadsheet would run as a formula: those that begin with "
                    + "=, +, -, @, a tab or a line end and are no number.",
            });
        foreach (var command in root.Subcommands) AddTo(command);
    }

    /// <summary>The writer of CSV as the command line wants it: it marks cells when the option is given.</summary>
    public static TextWriter Over(TextWriter csv, ParseResult parsed) => IsGiven(parsed) ? new FormulaGuard(csv) : csv;

    /// <summary>As <see cref="Over"/>, for a command that writes CSV only when <c>--format</c> says so.</summary>
    public static TextWriter OverCsv(TextWriter output, ParseResult parsed) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == "--format") is { } option
            && parsed.GetResult(option) is { Tokens: [.., { Value: var format }] }
            && format.Equals("csv", StringComparison.OrdinalIgnoreCase) ? Over(output, parsed) : output;

    static bool IsGiven(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == Name) is { } safe
        && parsed.GetValue(safe);
}
