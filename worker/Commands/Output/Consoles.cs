using Spectre.Console;

namespace RebaseBatch.Commands.Output;

/// <summary>Spectre's consoles over the program's two streams. Colour only on a terminal, and not under NO_COLOR.</summary>
static class Consoles
{
    /// <summary>For output that is not a terminal: wide enough that no table cell is ever cut.</summary>
    const int UnlimitedWidth = 10_000;

    public static IAnsiConsole ForData(TextWriter output) => Over(output, Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole ForStderr(TextWriter error) => Over(error, Console.Error, Console.IsErrorRedirected);

    static IAnsiConsole Over(TextWriter writer, TextWriter own, bool redirected)
    {
        var terminal = ReferenceEquals(writer, own) && !redirected;
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal) console.Profile.Width = UnlimitedWidth;
        return console;
    }
}
