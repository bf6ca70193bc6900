using System.CommandLine;
using RebaseBatch.Commands;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

[Fast]
public sealed class CommandLineTests
{
    [Fact]
    public async Task Without_a_command_it_shows_its_help()
    {
        var run = await CommandRun.Of();

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("Usage:", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("jibs")]
    [InlineData("config")]
    [InlineData("config shw")]
    [InlineData("config show --format xml")]
    [InlineData("config show --no-such-option")]
    [InlineData("config show --set")]
    public async Task A_command_line_that_does_not_parse_is_bad_input_and_stays_short(string commandLine)
    {
        var run = await CommandRun.Of(commandLine.Split(' '));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Empty(run.Out);
        Assert.InRange(run.ErrorLines.Length, 2, 3);
        Assert.All(run.ErrorLines, line => Assert.StartsWith("rebase: ", line, StringComparison.Ordinal));
        Assert.Contains("--help", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_choice_names_the_right_ones()
    {
        var run = await CommandRun.Of("config", "show", "--format", "xml");

        Assert.Equal("rebase: --format takes table, json, csv; 'xml' is not one of them.", run.ErrorLines[0]);
    }

    [Fact]
    public async Task Every_command_has_a_help_text_with_an_example_of_itself()
    {
        foreach (var path in Verbs(CommandLine.Create(ProcessEnvironment.OfProcess()), ""))
        {
            var help = await CommandRun.Of([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

            Assert.Equal(ExitCode.Ok, help.Code);
            var examples = help.Out[help.Out.IndexOf("Examples:", StringComparison.Ordinal)..];
            Assert.Contains($"  rebase {path.Trim()}", examples, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_stack_trace_of_a_fault_is_shown_only_when_asked_for()
    {
        var quiet = await CommandRun.Of("jobs", "enqueue", "none.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm");
        var verbose = await CommandRun.Of(
            "jobs", "enqueue", "none.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm", "--verbose");

        Assert.Single(quiet.ErrorLines);
        Assert.Contains("   at RebaseBatch.", verbose.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_commands_shows_the_first_sentence_whole_and_the_help_all_of_it()
    {
        var command = new DocumentedCommand(
            "x", "Takes 0.05 of Rebase:Http: not more.\nIt is\nharmless.\nExample: rebase x\nExample: rebase x 1");

        Assert.Equal("Takes 0.05 of Rebase:Http: not more.", command.Description);
        Assert.Equal("Takes 0.05 of Rebase:Http: not more. It is harmless.", command.Text);
        Assert.Equal(["rebase x", "rebase x 1"], command.Examples);
    }

    static IEnumerable<string> Verbs(Command command, string path) =>
        command.Subcommands.Count == 0 ? [path] : command.Subcommands.SelectMany(sub => Verbs(sub, $"{path} {sub.Name}"));
}
