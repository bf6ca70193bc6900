using System.Collections;

namespace RebaseBatch.Hosting;

/// <summary>The environment of a run: streams, folders and variables. Tests supply their own.</summary>
/// <param name="Out">Data.</param>
/// <param name="Error">Text for people: progress, warnings, errors.</param>
/// <param name="Folder">The current folder, absolute.</param>
/// <param name="ProgramFolder">Where the program and its appsettings.json lie, absolute.</param>
/// <param name="Variables">The environment variables.</param>
sealed record ProcessEnvironment(
    TextWriter Out,
    TextWriter Error,
    string Folder,
    string ProgramFolder,
    IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>
    /// Opens what is sent to the program; null when that is a terminal. Throws a UserException when nobody could read it to its end.
    /// </summary>
    public Func<Stream?> OpenInput { get; init; } = static () => null;

    /// <summary>Opens stdout for bytes; null when that is a terminal.</summary>
    public Func<Stream?> OpenOutput { get; init; } = static () => null;

    /// <summary>Width of the terminal that stdout is, in cells, 0 if it is unknown; null when stdout is no terminal.</summary>
    public Func<int?> TerminalWidth { get; init; } = static () => null;

    /// <summary>Until the result is disposed of, Ctrl-C is left to a program that this one has started; null if it is not held.</summary>
    public Func<IDisposable?> HoldInterrupts { get; init; } = static () => null;

    public static ProcessEnvironment OfProcess() => new(
        StandardStreams.OpenTextOutput(),
        StandardStreams.OpenError(),
        Environment.CurrentDirectory,
        AppContext.BaseDirectory,
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? ""))
    {
        OpenInput = StandardStreams.OpenInput,
        OpenOutput = StandardStreams.OpenOutput,
        TerminalWidth = static () => StandardStreams.IsTerminal ? WidthOfConsole() : null,
    };

    static int WidthOfConsole()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (Exception fault) when (fault is IOException or PlatformNotSupportedException)
        {
            return 0;
        }
    }
}
