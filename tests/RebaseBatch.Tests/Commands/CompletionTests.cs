using System.Diagnostics;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary>The scripts of completion in real shells, which ask the real program.</summary>
public sealed class CompletionTests : IDisposable
{
    // What bash does at a press of the tab key, with the words as it would divide the line.
    const string Bash = """
        source <(rebase completion bash)
        while IFS= read -r line; do
            COMP_LINE=$line COMP_POINT=${#line}
            read -ra COMP_WORDS <<< "${line//=/ = }"
            [[ $line == *' ' || $line == *= ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _rebase
            echo "${COMPREPLY[*]}"
        done
        """;

    const string Zsh = """
        autoload -Uz compinit && compinit -u -D
        source <(rebase completion zsh)
        compadd() { shift; shown=("${(@M)@:#${PREFIX}*}") }
        compset() { PREFIX=${PREFIX#*=} }
        _files() { shown=() }
        while IFS= read -r line; do
            words=(${=line}); [[ $line == *' ' ]] && words+=('')
            CURRENT=$#words PREFIX=$words[-1] shown=()
            _rebase
            echo "${shown[*]}"
        done
        """;

    const string Pwsh = """
        rebase completion pwsh | Out-String | Invoke-Expression
        foreach ($line in $input) {
            ([System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches |
                Where-Object ResultType -eq 'ParameterValue' | ForEach-Object CompletionText) -join ' '
        }
        """;

    static readonly (string Line, string Answer)[] s_lines =
    [
        ("rebase j", "jobs"),
        ("rebase config ", "show"),
        ("rebase --data /tmp jobs l", "list"),
        ("rebase jobs enqueue x.jsonl --strategy be", "beam"),
        ("rebase jobs enqueue x.jsonl --strategy=be", "beam"),
        ("rebase jobs enqueue x.jsonl --str", "--strategy"),
        ("rebase results export --view l", "leaderboard"),
        ("rebase jobs enqueue x.jsonl --policy tiny-math-pr", "tiny-math-prm"),
        ("rebase models check tiny-math-policy-s tiny-math-pr", "tiny-math-prm"),
        ("rebase completion p", "pwsh"),
        ("rebase jobs list --state que", "queued"),
        ("rebase sweeps list --state ru", "running"),
    ];

    readonly TemporaryFolder _path = new();

    public CompletionTests()
    {
        if (OperatingSystem.IsWindows()) return;
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var program = _path.Write("rebase",
            $"#!/bin/sh\nexec \"{dotnet}\" \"{Path.Combine(AppContext.BaseDirectory, "rebase.dll")}\" \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _path.Dispose();

    [Fact]
    public async Task Bash_completes_commands_options_values_and_models() =>
        Assert.Equal(s_lines.Select(line => line.Answer), await AskAsync("bash", "--norc", "-c", Bash));

    [Fact]
    public async Task Bash_gets_no_words_where_a_file_or_a_number_stands() => Assert.All(
        await AskAsync("bash", ["--norc", "-c", Bash],
            ["rebase jobs enqueue ", "rebase jobs enqueue --sweep ", "rebase jobs show ", "rebase datasets check x"]),
        Assert.Empty);

    /// <summary>A shell on a pseudo-terminal, where somebody types: at the tab key it puts the file's whole name into the line.</summary>
    [Theory]
    [InlineData("rebase datasets check ")]
    [InlineData("rebase jobs enqueue --sweep ")]
    public async Task At_the_tab_key_bash_completes_the_name_of_a_file(string typed)
    {
        _path.Write("unusual-name.jsonl", "");
        var start = Start("script", "-qec", "bash --norc --noprofile -i", "/dev/null");
        start.Environment["TERM"] = "dumb";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        // Ctrl-A goes to the line's beginning, and behind a colon the line does nothing.
        await process.StandardInput.WriteAsync($"source <(rebase completion bash)\n{typed}unus\t\u0001: \nexit\n");
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"{typed}unusual-name.jsonl ", await output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zsh_completes_the_same() => Assert.Equal(s_lines.Select(line => line.Answer), await AskAsync("zsh", "-f", "-c", Zsh));

    [Fact]
    public async Task PowerShell_completes_the_same() => Assert.Equal(
        s_lines.Select(line => line.Line.Contains("=be") ? "--strategy=beam" : line.Answer),
        await AskAsync("pwsh", "-NoProfile", "-NonInteractive", "-Command", Pwsh));

    [Fact]
    public async Task Another_shell_is_refused_with_the_names_of_those_that_there_are()
    {
        var run = await CommandRun.Of("completion", "fish");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("bash, zsh and pwsh", run.ErrorLines[0], StringComparison.Ordinal);
    }

    Task<IReadOnlyList<string>> AskAsync(string shell, params string[] arguments) =>
        AskAsync(shell, arguments, [.. s_lines.Select(line => line.Line)]);

    async Task<IReadOnlyList<string>> AskAsync(string shell, string[] arguments, string[] lines)
    {
        using var process = Process.Start(Start(shell, arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        foreach (var line in lines) await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var answers = (await output).Split('\n')[..^1];
        Assert.True(answers.Length == lines.Length, $"{await output}\n{await error}");
        return [.. answers.Select(answer => answer.TrimEnd('\r'))];
    }

    /// <summary>The program of this name, which finds 'rebase' on its path; the test is skipped where there is none.</summary>
    ProcessStartInfo Start(string program, params string[] arguments)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(!OperatingSystem.IsWindows() && folders.Any(folder => File.Exists(Path.Combine(folder, program))),
            $"there is no {program} here");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _path.Path,
        };
        start.Environment["PATH"] = string.Join(Path.PathSeparator, folders.Prepend(_path.Path));
        return start;
    }
}
