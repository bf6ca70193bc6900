using System.CommandLine;

namespace RebaseBatch.Commands.Output;

/// <summary>The <c>--format</c> of the reading commands; a table when it is left out.</summary>
static class FormatOption
{
    public static Option<OutputFormat?> Create() => EnumOption.Create<OutputFormat>("--format", "How to write the data to stdout (default: table).");
}
