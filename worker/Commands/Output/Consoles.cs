using Spectre.Console;

namespace RebaseBatch.Commands.Output;

/// <summary>Spectre's consoles over the program's two streams. Colour only on a terminal, and not under NO_COLOR.</summary>
static class Consoles
{
    /// <summary>For output that is not a terminal: wide enough that no table cell is ever cut.</summary>
    const int UnlimitedWidth = 10_000;

    public static IAnsiConsole ForData(TextWriter output)
    {
        if (output is not TerminalWriter terminal) return Over(output, terminal: false);
        var console = Over(terminal.Inner, terminal: true);
        console.Profile.Width = terminal.Limit ?? UnlimitedWidth;
        return console;
    }

    public static IAnsiConsole ForStderr(TextWriter error) =>
        Over(error, ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);

    /// <summary>How long the console's lines may be, in cells; null for any length.</summary>
    public static int? LimitOf(IAnsiConsole console) => console.Profile.Width < UnlimitedWidth ? console.Profile.Width : null;

    static IAnsiConsole Over(TextWriter writer, bool terminal)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal) console.Profile.Width = UnlimitedWidth;
        console.Pipeline.Attach(new VisibleSegments());
        return console;
    }
}
