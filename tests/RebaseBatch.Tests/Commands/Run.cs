using RebaseBatch.Commands;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary>One command line run in this process, in a temporary current folder of its own and with an environment of its own.</summary>
sealed record Run(ExitCode Code, string Out, string Error)
{
    public static async Task<Run> Of(params string[] args)
    {
        using var folder = new TemporaryFolder();
        return await In(folder, [], args);
    }

    public static async Task<Run> In(TemporaryFolder folder, Dictionary<string, string> variables, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var program = Directory.CreateDirectory(Path.Combine(folder.Path, "program"));
        var environment = new ProcessEnvironment(output, error, folder.Path, program.FullName, variables);
        var code = await CommandLine.InvokeAsync(args, environment, TestContext.Current.CancellationToken);
        return new((ExitCode)code, output.ToString(), error.ToString());
    }

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
