using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RebaseBatch.Commands;
using RebaseBatch.Commands.Output;
using RebaseBatch.Tests.Commands.DeadLetters;
using Xunit;

namespace RebaseBatch.Tests.Commands.Output;

/// <summary>What people see of every table: each command writes to a real pseudo-terminal.</summary>
public sealed partial class TerminalTableTests(TableBench tables) : IClassFixture<TableBench>
{
    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(120)]
    [InlineData(200)]
    public async Task Every_table_fits_the_terminal_and_shows_its_keys_and_verdicts(int width)
    {
        Assert.SkipUnless(PseudoTerminal.IsSupported, "this system has other pseudo-terminals");
        var faults = new List<string>();
        foreach (var command in TableCommand.All)
        {
            var run = await ShowAsync(width, command);
            var found = await FaultsAsync(width, command, run).ToListAsync();
            if (found.Count > 0) faults.Add($"{string.Join("; ", found)}: rebase {command.Line}\n{run.Out}\n{run.Error}");
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    async IAsyncEnumerable<string> FaultsAsync(int width, TableCommand command, CommandRun run)
    {
        var lines = run.Out.Split('\n');
        if (lines.Any(line => CellText.Width(line) > width)) yield return "a line is too long";
        if (lines.Any(line => OnlyMark().IsMatch(line))) yield return "a column shows nothing";
        foreach (var key in await KeysAsync(command))
            if (!run.Out.Contains(key, StringComparison.Ordinal)) yield return $"'{key}' is missing";
        if (!command.IsOneTable || lines.SingleOrDefault(line => Rule().IsMatch(line)) is not { } rule) yield break;
        var left = LeftOut().Match(run.Error) is { Success: true } said ? int.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        var columns = rule.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        var csv = (await tables.OnceAsync(command, "csv", () => RunAsync(command, "--format", "csv"))).OutLines[0];
        if (csv.Split(',').Length - Unshown(command) != columns + left) yield return "not all columns are shown or named";
    }

    [Fact]
    public void Every_command_with_a_table_is_tested()
    {
        var root = CommandLine.Create(new(TextWriter.Null, TextWriter.Null, ".", ".", new Dictionary<string, string>()));
        var missing = Paths(root, "").Where(path => !TableCommand.All.Any(command =>
            command.Line == path || command.Line.StartsWith($"{path} ", StringComparison.Ordinal))).ToList();
        Assert.True(missing.Count == 0, $"add to {nameof(TableCommand)}: {string.Join(", ", missing)}");
    }

    [Fact]
    public async Task Wide_and_pipes_have_all_columns_however_long_the_lines()
    {
        Assert.SkipUnless(PseudoTerminal.IsSupported, "this system has other pseudo-terminals");
        foreach (var line in (string[])["jobs list", "recommend 1 2 --budget 1e15", "results query SELECT%*%FROM%v_jobs", "models list"])
        {
            var command = new TableCommand(line, []);
            var piped = await RunAsync(command);
            var wide = await tables.Bench.ShowAsync(60, [.. command.Arguments, "--wide"]);
            Assert.Equal(piped.Out.TrimEnd(), wide.Out.TrimEnd());
            Assert.DoesNotContain("--wide", wide.Error + piped.Error, StringComparison.Ordinal);
            Assert.Equal(piped.Out, (await RunAsync(command, "--wide")).Out);
        }
    }

    [Fact]
    public async Task The_real_program_fits_its_tables_to_a_real_terminal()
    {
        if (!File.Exists("/usr/bin/script")) Assert.Skip("this system has no command 'script'");
        var start = new ProcessStartInfo("/usr/bin/script")
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
            ArgumentList =
            {
                "-qec", $"stty cols 80 rows 50; '{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}' "
                    + $"'{Path.Combine(AppContext.BaseDirectory, "rebase.dll")}' jobs list --limit 100",
                "/dev/null",
            },
            Environment = { ["TERM"] = "xterm", ["Rebase__Database__ConnectionString"] = tables.Bench.ConnectionString },
        };
        using var process = Process.Start(start)!;
        var shown = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var lines = Escape().Replace(shown, "").Split('\n').Select(line => line.TrimEnd('\r')).ToList();

        Assert.True(process.ExitCode == 0, shown);
        Assert.True(lines.TrueForAll(line => CellText.Width(line) <= 80), shown);
        Assert.Contains(lines, line => line.StartsWith("  1  the ", StringComparison.Ordinal));
        // Both streams are the terminal.
        Assert.Contains(lines, line => LeftOut().IsMatch(line));
    }

    [Fact]
    public async Task A_terminal_that_does_not_know_its_width_has_80_columns()
    {
        Assert.SkipUnless(PseudoTerminal.IsSupported, "this system has other pseudo-terminals");
        Assert.Equal((await tables.Bench.ShowAsync(80, "jobs", "list")).Out, (await tables.Bench.ShowAsync(0, "jobs", "list")).Out);
    }

    [Fact]
    public async Task A_query_leaves_out_from_the_right_and_shows_a_long_text_as_a_record()
    {
        Assert.SkipUnless(PseudoTerminal.IsSupported, "this system has other pseudo-terminals");
        var many = await QueryAsync("SELECT job_id, problems AS a_rather_long_name, width AS another_long_name, seed AS the_very_last_name "
            + "FROM v_jobs ORDER BY 1 LIMIT 1");
        Assert.Equal(
        [
            "job_id  a_rather_long_name  another_long_name", "──────  ──────────────────  ─────────────────",
            "     1                   8                  4",
        ], many.Out.Split('\n'));
        Assert.Equal("+1 column: --wide also shows the_very_last_name", Assert.Single(many.ErrorLines));

        var lines = await QueryAsync(@"SELECT 7 AS n, E'one\ntwo\tthree' AS text");
        Assert.Equal(["n  text", "─  ──────────────", @"7  one↵two\tthree"], lines.Out.Split('\n'));

        var solution = await QueryAsync(
            $"SELECT 7 AS n, 'first {new string('x', 60)}' || E'\nsecond' AS text, NULL AS empty");
        Assert.Equal(["n: 7", "text:", "  first", $"  {new string('x', 58)}", "  xx", "  second"], solution.Out.Split('\n'));

        Assert.Equal("", (await QueryAsync("SELECT FROM v_jobs")).Out);

        Task<CommandRun> QueryAsync(string sql) => tables.Bench.ShowAsync(60, "results", "query", sql);
    }

    static IEnumerable<string> Paths(Command command, string path) =>
    [
        .. command.Options.OfType<Option<OutputFormat?>>().Any() ? (string[])[path.Trim()] : [],
        .. command.Subcommands.SelectMany(sub => Paths(sub, $"{path} {sub.Name}")),
    ];

    async Task<CommandRun> ShowAsync(int width, TableCommand command)
    {
        if (command.Line == "dead-letters list") return await (await DeadLetters()).ListOnTerminalAsync(width);
        var run = await tables.Bench.ShowAsync(width, command.Arguments);
        return run with { Out = Escape().Replace(run.Out, "") };
    }

    async Task<CommandRun> RunAsync(TableCommand command, params string[] format) => command.Line == "dead-letters list"
        ? await (await DeadLetters()).ListAsync(format[^1] == "csv" ? OutputFormat.Csv : OutputFormat.Json)
        : await tables.Bench.RunAsync([.. command.Arguments, .. format]);

    static async Task<DeadLettersBench> DeadLetters()
    {
        var bench = new DeadLettersBench();
        await bench.PutAsideAsync("m-1", detail: "job: there is no setting 'widht'; is it width?\njob.policy: name a policy model");
        return bench;
    }

    /// <summary>The column <c>other_body</c> of dead letters is only for programs.</summary>
    static int Unshown(TableCommand command) => command.Line == "dead-letters list" ? 1 : 0;

    async Task<IEnumerable<string>> KeysAsync(TableCommand command)
    {
        if (!command.HasRows) return command.Expected;
        var json = await tables.OnceAsync(command, "json", () => RunAsync(command, "--format", "json"));
        Assert.True(json.Out.Length > 0, json.Error);
        return JsonDocument.Parse(json.Out).RootElement.EnumerateArray()
            .SelectMany(row => command.Keys.Select(key => row.GetProperty(key).ToString())).Concat(command.Expected);
    }

    // A column of nothing but the mark of a shortened text.
    [GeneratedRegex(@"(^|\s)…(\s|$)")]
    private static partial Regex OnlyMark();

    [GeneratedRegex("^─[─ ]+─$|^─$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"^\+(\d+) columns?: --wide also shows ", RegexOptions.Multiline)]
    private static partial Regex LeftOut();

    [GeneratedRegex("\e\\[[0-9;?]*[A-Za-z]|\e[=>]")]
    private static partial Regex Escape();
}
