using RebaseBatch.Commands;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary>One command line that ran in this process, in its own temporary current folder and with its own environment.</summary>
sealed record CommandRun(ExitCode Code, string Out, string Error)
{
    public static async Task<CommandRun> Of(params string[] args)
    {
        using var folder = new TemporaryFolder();
        return await In(folder, [], args);
    }

    public static Task<CommandRun> In(TemporaryFolder folder, Dictionary<string, string> variables, params string[] args) =>
        In(folder, variables, input: null, args);

    public static Task<CommandRun> In(TemporaryFolder folder, Dictionary<string, string> variables, byte[]? input, params string[] args) =>
        In(folder, variables, input, bytes: null, args);

    /// <param name="input">What is sent to the program; null for a terminal.</param>
    /// <param name="bytes">Takes what the program writes as bytes; null when stdout is a terminal.</param>
    public static async Task<CommandRun> In(
        TemporaryFolder folder, Dictionary<string, string> variables, byte[]? input, Stream? bytes, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var program = Directory.CreateDirectory(Path.Combine(folder.Path, "program"));
        var environment = new ProcessEnvironment(output, error, folder.Path, program.FullName, variables)
        {
            OpenInput = () => input is null ? null : new MemoryStream(input),
            OpenOutput = () => bytes,
        };
        var code = await CommandLine.InvokeAsync(args, environment, TestContext.Current.CancellationToken);
        return new((ExitCode)code, output.ToString(), error.ToString());
    }

    /// <summary>With stdout on a real terminal of so many columns; <see cref="Out"/> is what it shows, without colours.</summary>
    public static async Task<CommandRun> OnTerminal(
        int columns, TemporaryFolder folder, Dictionary<string, string> variables, params string[] args)
    {
        using var terminal = new PseudoTerminal(columns);
        using var error = new StringWriter();
        var environment = new ProcessEnvironment(terminal.Writer, error, folder.Path, AppContext.BaseDirectory, variables)
        {
            TerminalWidth = () => terminal.Width,
        };
        var code = await CommandLine.InvokeAsync(args, environment, TestContext.Current.CancellationToken);
        return new((ExitCode)code, string.Join('\n', await terminal.CloseAsync()), error.ToString());
    }

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
