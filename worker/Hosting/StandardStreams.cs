using System.Globalization;
using System.Text;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Hosting;

/// <summary>
/// The streams that a process is started with. Whoever starts it may have closed one (<c>>&amp;-</c>): then the runtime has given its
/// number to a file of its own, which must not be taken for it.
/// </summary>
static class StandardStreams
{
    const int In = 0, Out = 1, Error = 2;

    // Linux marks what a program opened itself so that it is not handed on to others; what was handed to it can't have the mark.
    const long CloseOnExec = 0x80000;

    /// <summary>Stdin; null when it is a terminal.</summary>
    /// <exception cref="UserException">BadInput: it is closed, or nobody could read it to its end.</exception>
    public static Stream? OpenInput()
    {
        if (IsClosed(In)) throw new UserException(ExitCode.BadInput, "stdin is closed, and nothing can be read from it");
        if (!Console.IsInputRedirected) return null;
        return SpecialFile.FaultOfStdin() is { } fault
            ? throw new UserException(ExitCode.BadInput, $"stdin {fault}") : Console.OpenStandardInput();
    }

    /// <summary>Stdout for bytes; null when it is a terminal.</summary>
    public static Stream? OpenOutput() =>
        IsClosed(Out) ? new StandardOutput(null) : IsTerminal ? null : new StandardOutput(Console.OpenStandardOutput());

    /// <summary>Stdout for text. What can't be written is an <see cref="IOException"/> that names stdout.</summary>
    public static TextWriter OpenTextOutput()
    {
        if (OpenOutput() is not { } stream) return Console.Out;
        // Without the mark of an encoding at the beginning, as the console writes.
        var encoding = Console.OutputEncoding is { CodePage: 65001 } ? new UTF8Encoding(false) : Console.OutputEncoding;
        return TextWriter.Synchronized(new StreamWriter(stream, encoding, 1 << 12) { AutoFlush = true });
    }

    /// <summary>Stderr. Where it is closed, what is said there is lost.</summary>
    public static TextWriter OpenError()
    {
        if (IsClosed(Error))
        {
            Console.SetError(TextWriter.Null);
            return Console.Error;
        }

        // The console's first write loads parts of .NET and opens files. Where few files may be open ('ulimit -n 64'), the command takes
        // the last of them, and the sentence that says so could not be written any more.
        Console.OpenStandardError().Write([]);
        return Console.Error;
    }

    /// <summary>Whether stdout is a terminal.</summary>
    public static bool IsTerminal => !IsClosed(Out) && !Console.IsOutputRedirected;

    static bool IsClosed(int descriptor)
    {
        const string mark = "flags:";
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}");
            var flags = File.ReadLines(path).First(line => line.StartsWith(mark, StringComparison.Ordinal));
            return (Convert.ToInt64(flags[mark.Length..].Trim(), 8) & CloseOnExec) != 0;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            // A machine without /proc.
            return false;
        }
    }
}
