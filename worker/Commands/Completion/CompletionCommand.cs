using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Completion;

/// <summary><c>rebase completion SHELL</c>: the script that makes a shell complete the program's command lines.</summary>
static class CompletionCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var shell = new Argument<Shell>("SHELL")
        {
            Description = "bash, zsh or pwsh.",
            CustomParser = result =>
            {
                if (StoredNames.TryParse<Shell>(result.Tokens[0].Value, out var known)) return known;
                result.AddError($"SHELL is one of bash, zsh and pwsh; '{result.Tokens[0].Value}' is not one of them.");
                return default;
            },
        };
        shell.CompletionSources.Clear();
        shell.CompletionSources.Add([.. Enum.GetValues<Shell>().Select(StoredNames.Of)]);
        var command = new DocumentedCommand("completion", """
            Prints a script that makes a shell complete commands, options, their values and the names of models.
            Load it when the shell starts: the examples are the lines for ~/.bashrc, ~/.zshrc and PowerShell's $PROFILE. The script
            asks the program itself, so it stays right when the program changes.
            Example: source <(rebase completion bash)
            Example: source <(rebase completion zsh)
            Example: rebase completion pwsh | Out-String | Invoke-Expression
            """) { shell };
        command.SetAction(parsed => environment.Out.Write(Script(parsed.GetValue(shell))));
        return command;
    }

    static string Script(Shell shell)
    {
        var name = $"RebaseBatch.Commands.Completion.rebase.{StoredNames.Of(shell)}";
        using var reader = new StreamReader(typeof(CompletionCommand).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
