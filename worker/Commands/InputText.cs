using System.Globalization;
using System.Text;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Commands;

/// <summary>A text that the user names: of a file, or of what is sent to the program.</summary>
/// <param name="Name">For error messages: the file's name without its folder, or <c>stdin</c>.</param>
/// <param name="Folder">Relative paths in the text start from it: the file's folder; for stdin the current one.</param>
sealed record InputText(string Text, string Name, string Folder)
{
    /// <summary>The name that stands for what is sent to the program.</summary>
    public const string Stdin = "-";

    public const string StdinName = "stdin";

    /// <summary>16 M characters: more than anybody writes by hand. What is sent to stdin may have no end.</summary>
    const int Most = 16 * 1024 * 1024;

    /// <param name="file">A path, or <see cref="Stdin"/>.</param>
    /// <param name="kind">What the file is, such as "sweep file".</param>
    /// <exception cref="UserException">
    /// NotFound: there is no such file. BadInput: it is a folder or a device, or too long, or no text, or stdin is a terminal.
    /// </exception>
    public static async Task<InputText> ReadAsync(CommandContext context, string file, string kind, CancellationToken ct)
    {
        var folder = context.Environment.Folder;
        if (file == Stdin)
        {
            await using var input = OpenStdin(context, kind);
            return new(await ReadAsync(input, StdinName, ct), StdinName, folder);
        }

        var path = PathOf(context, file, kind);
        await using var stream = File.OpenRead(path);
        var name = Path.GetFileName(path);
        return new(await ReadAsync(stream, name, ct), name, Path.GetDirectoryName(path)!);
    }

    /// <summary>The absolute path of a file that is there.</summary>
    /// <param name="kind">What the file is, such as "sweep file".</param>
    /// <exception cref="UserException">
    /// NotFound: there is no such file. BadInput: it is a folder or a device, or no name.
    /// </exception>
    public static string PathOf(CommandContext context, string file, string kind)
    {
        // Often an unset variable in a script.
        if (file.Length == 0) throw new UserException(ExitCode.BadInput, $"the name of the {kind} is empty");
        var path = Path.GetFullPath(file, context.Environment.Folder);
        if (SpecialFile.FaultOf(path) is { } fault)
            throw new UserException(ExitCode.BadInput, $"{path} {fault}, or '{Stdin}' and send the {kind} to stdin");
        return File.Exists(path) ? path : throw new UserException(ExitCode.NotFound, $"there is no {kind} {path}");
    }

    /// <exception cref="UserException">BadInput: stdin is a terminal or a device, or it is closed.</exception>
    public static Stream OpenStdin(CommandContext context, string kind) => context.Environment.OpenInput() ?? throw new UserException(
        ExitCode.BadInput, $"stdin is a terminal, and the {kind} is to be read from it: send a file to it, with '<' or '|'");

    static async Task<string> ReadAsync(Stream stream, string name, CancellationToken ct)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var (text, buffer) = (new StringBuilder(), new char[1 << 16]);
        try
        {
            while (await reader.ReadAsync(buffer, ct) is > 0 and var read)
            {
                if (text.Append(buffer, 0, read).Length > Most)
                    throw new UserException(ExitCode.BadInput, string.Create(CultureInfo.InvariantCulture,
                        $"{name} is longer than {Most >> 20} M characters"));
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException(ExitCode.BadInput, $"{name} is not valid UTF-8", e);
        }

        return text.ToString();
    }
}
