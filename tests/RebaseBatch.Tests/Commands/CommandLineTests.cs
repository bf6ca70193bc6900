using System.CommandLine;
using System.Text.Json;
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

    [Theory]
    [InlineData("jibs list", "'rebase jibs'; did you mean 'rebase jobs'?")]
    [InlineData("jobs shw 1", "'rebase jobs shw'; did you mean 'rebase jobs show'?")]
    [InlineData("enqueue x.jsonl", "'rebase enqueue'; did you mean 'rebase jobs enqueue'?")]
    [InlineData("list", "did you mean 'rebase jobs list' or ")]
    [InlineData("xyzzy", "there is no command 'rebase xyzzy'")]
    [InlineData("jobs list --limt 5", "'--limt' of 'rebase jobs list'; did you mean '--limit'?")]
    [InlineData("jobs enqueue --swep x.yaml", "'--swep' of 'rebase jobs enqueue'; did you mean '--sweep'?")]
    [InlineData("jobs enqueue x.jsonl --max-tokens-per-jub=5", "did you mean '--max-tokens-per-job'?")]
    [InlineData("--databse x jobs list", "did you mean '--database'?")]
    [InlineData("results show 1 --answer", "did you mean '--answers'?")]
    [InlineData("db status --colour", "there is no option '--colour' of 'rebase db status'")]
    public async Task An_unknown_word_is_named_with_what_was_probably_meant(string commandLine, string says)
    {
        var run = await CommandRun.Of(commandLine.Split(' '));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(says, run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.EndsWith("--help' shows the usage", run.ErrorLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("datasets check -- --limt")]
    [InlineData("datasets check --limt.jsonl")]
    public async Task A_file_may_have_a_name_like_an_option(string commandLine) =>
        Assert.Equal(ExitCode.NotFound, (await CommandRun.Of(commandLine.Split(' '))).Code);

    [Fact]
    public async Task Of_a_repeated_option_the_last_value_counts_and_the_others_are_not_even_read()
    {
        var run = await CommandRun.Of(
            "config", "show", "--format", "csv", "--data", "a", "--format=nothing", "--format", "json", "--data", "b",
            "--set", "Rebase:Http:Port=81", "--set", "Rebase:Http:Address=::1");

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        var settings = JsonDocument.Parse(run.Out).RootElement.EnumerateArray()
            .ToDictionary(row => row.GetProperty("setting").GetString()!, row => row.GetProperty("value").ToString());
        Assert.Equal("b", Path.GetFileName(settings["Rebase:DataDirectory"]));
        Assert.Equal(("81", "::1"), (settings["Rebase:Http:Port"], settings["Rebase:Http:Address"]));
        Assert.Equal(ExitCode.BadInput, (await CommandRun.Of("config", "show", "--format", "json", "--format", "nothing")).Code);
        Assert.Contains("--data takes a folder, but its value is empty",
            (await CommandRun.Of("config", "show", "--data", "a", "--data", "")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_that_may_be_repeated_takes_no_word_behind_its_value()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.jsonl", """{"question":"1+1?","answer":"2"}""");

        var run = await CommandRun.In(folder, [], "datasets", "check", "--limit", "5", "--limit", "1", "a.jsonl", "--format", "json");

        Assert.True(run.Code == ExitCode.Ok, run.Error);
    }

    [Fact]
    public async Task An_at_sign_is_a_letter()
    {
        var run = await CommandRun.Of("config", "show", "--format", "json", "--set", "Rebase:Worker:Id=@nightly");
        Assert.Contains("@nightly", run.Out, StringComparison.Ordinal);
        run = await CommandRun.Of("datasets", "check", "@set.jsonl");
        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Contains("there is no dataset file", run.Error, StringComparison.Ordinal);
        Assert.Contains("@set.jsonl", run.Error, StringComparison.Ordinal);
        var schedule = await CommandRun.Of("schedules", "add", "@nightly", "--cron", "@daily", "--sweep", "none.yaml");
        Assert.Equal(ExitCode.NotFound, schedule.Code);
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
    public void Every_example_can_be_typed()
    {
        var environment = ProcessEnvironment.OfProcess();
        var typed = 0;
        foreach (var example in Commands(CommandLine.Create(environment)).OfType<DocumentedCommand>().SelectMany(c => c.Examples))
            foreach (var line in ShellWords.ProgramsOf(example).Where(words => words[0] == "rebase"))
            {
                var parsed = CommandLine.Parse(line[1..], environment);

                Assert.True(parsed.Errors.Count == 0 && !CommandLine.IsFaulty(parsed),
                    $"{example}: {string.Join("; ", parsed.Errors.Select(fault => fault.Message))}");
                typed++;
            }

        Assert.True(typed > 60, $"only {typed} examples were found");

        static IEnumerable<System.CommandLine.Command> Commands(System.CommandLine.Command command) =>
            command.Subcommands.SelectMany(Commands).Prepend(command);
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

    [Theory]
    [InlineData("Takes a file, e.g. Results.csv, as it is. More.", "Takes a file, e.g. Results.csv, as it is.")]
    [InlineData("Ends with (such as this). \"Next\".", "Ends with (such as this).")]
    [InlineData("Reads x.y. or 0.5 of it. 'rebase' shows more.", "Reads x.y. or 0.5 of it.")]
    [InlineData("Compares a vs. B and sec. 5. It ends.", "Compares a vs. B and sec. 5.")]
    public void A_dot_that_ends_no_sentence_does_not_cut_it(string text, string first) =>
        Assert.Equal(first, new DocumentedCommand("x", text).Description);

    static IEnumerable<string> Verbs(Command command, string path) =>
        command.Subcommands.Count == 0 ? [path] : command.Subcommands.SelectMany(sub => Verbs(sub, $"{path} {sub.Name}"));
}
