using System.CommandLine;

namespace RebaseBatch.Commands.Output;

/// <summary>The <c>--format</c> of the commands that read data; the default is a table.</summary>
static class FormatOption
{
    public static Option<OutputFormat?> Create() =>
        EnumOption.Create<OutputFormat>("--format", "The format of the data on stdout (default: table).");
}
