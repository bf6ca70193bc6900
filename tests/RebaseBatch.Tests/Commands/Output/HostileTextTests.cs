using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Output;

/// <summary>Names, ids, questions and answers that would order a terminal about, on a real terminal and in pipes.</summary>
public sealed partial class HostileTextTests(PostgresServer server)
{
    const string Orders = "\u001b[2J\u001b]0;owned\a\u009b1A\r\b\u007f\u202e\u200b\u2028";

    static readonly string[][] s_commands =
    [
        ["jobs", "list"], ["jobs", "show", "1"], ["answers", "list", "1"], ["answers", "show", "1", "1"], ["results", "show", "1"],
        ["results", "query", "SELECT custom_id, question AS \"\u001b[31mred\", answer FROM v_answers"], ["jobs", "watch", "1"],
        ["db", "size", "--jobs"],
    ];

    [Fact]
    public async Task No_text_orders_a_terminal_or_a_pipe_about_and_data_stays_exact()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(3);
        await using (var connection = await bench.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await connection.ExecuteAsync("""
                UPDATE jobs SET spec = jsonb_set(spec, '{name}', to_jsonb('name' || @Orders));
                UPDATE problems SET custom_id = custom_id || @Orders, question = question || @Orders, gold_answer = gold_answer || @Orders;
                """, new { Orders });
        }

        await bench.AnswerAllAsync(problem => problem.Ordinal == 0 ? null : $"42{Orders}");
        foreach (var command in s_commands)
        {
            var (piped, shown) = (await bench.RunAsync(command), await bench.ShowAsync(80, command));
            Assert.True(piped.Code is ExitCode.Ok or ExitCode.Incomplete, $"{string.Join(' ', command)}: {piped.Error}");
            Assert.Equal(piped.Code, shown.Code);
            foreach (var text in (string[])[piped.Out, piped.Error, Colours().Replace(shown.Out, ""), shown.Error])
                AssertHarmless(text, command);
        }

        Assert.Contains("\\u001b[2J", (await bench.RunAsync("jobs", "list")).Out, StringComparison.Ordinal);
        // A name that a missing thing is called by.
        AssertHarmless((await bench.RunAsync("schedules", "check", $"no{Orders}")).Error, ["schedules", "check"]);
        var csv = await bench.RunAsync("results", "query", "SELECT custom_id FROM v_answers ORDER BY ordinal LIMIT 1", "--format", "csv");
        Assert.Contains(Orders, csv.Out, StringComparison.Ordinal);
        var json = await bench.RunAsync("results", "query", "SELECT custom_id FROM v_answers ORDER BY ordinal LIMIT 1", "--format", "json");
        Assert.EndsWith(Orders, System.Text.Json.JsonDocument.Parse(json.Out).RootElement[0].GetProperty("custom_id").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(1, job);
    }

    [Fact]
    public async Task No_cell_of_a_csv_file_that_is_asked_to_be_safe_is_a_formula()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        string[] formulas = ["=cmd|'/c calc'!A0", "+1+1", "-1+2", "@SUM(A1)", "\t=1", " =1"];
        await bench.EnqueueAsync(formulas.Length, "--name", formulas[0], "--team", formulas[3]);
        await using (var connection = await bench.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
            await connection.ExecuteAsync(
                "UPDATE problems SET custom_id = (@formulas)[ordinal + 1], question = (@formulas)[ordinal + 1]", new { formulas });
        await bench.AnswerAllAsync(problem => formulas[problem.Ordinal]);
        var file = Path.Combine(bench.Folder.Path, "answers.csv");
        string[][] commands =
        [
            ["jobs", "list"], ["answers", "list", "1"], ["answers", "show", "1", "1"], ["results", "show", "1", "--answers"],
            ["results", "query", "SELECT custom_id, question, answer, -1.5 AS number FROM v_answers ORDER BY ordinal"],
            ["results", "export", "--view", "answers"], ["results", "export", "--view", "answers", "-o", file],
        ];
        foreach (var command in commands)
        {
            var run = await bench.RunAsync([.. command, "--format", "csv", "--csv-safe"]);
            Assert.True(run.Code is ExitCode.Ok, $"{string.Join(' ', command)}: {run.Error}");
            var text = command.Contains(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : run.Out;
            Assert.True(text.Contains("'=cmd|'/c calc'!A0", StringComparison.Ordinal), $"{string.Join(' ', command)}: {text}");
            Assert.All(Cells(text), cell => Assert.True(cell.Length == 0 || !"=+-@\t".Contains(cell.TrimStart(' ')[0])
                || double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _), $"{string.Join(' ', command)}: {cell}"));
        }

        var query = await bench.RunAsync([.. commands[4], "--format", "csv", "--csv-safe"]);
        Assert.Contains(",-1.5", query.Out, StringComparison.Ordinal);
        // Data stays exact for those who do not ask.
        Assert.StartsWith("=cmd|'/c calc'!A0,", (await bench.RunAsync([.. commands[4], "--format", "csv"])).OutLines[1],
            StringComparison.Ordinal);

        static IEnumerable<string> Cells(string csv) => csv.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => line.TrimEnd('\r').Split(',')).Select(cell => cell.Trim('"'));
    }

    // The program's own styles, on a terminal only.
    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();

    static void AssertHarmless(string text, string[] command) => Assert.All(text.EnumerateRunes(), rune => Assert.False(
        rune.Value != '\n' && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
        $"{string.Join(' ', command)} writes U+{rune.Value:X4}: {text}"));
}
