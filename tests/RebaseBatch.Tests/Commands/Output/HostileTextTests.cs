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

    // The program's own styles, on a terminal only.
    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();

    static void AssertHarmless(string text, string[] command) => Assert.All(text.EnumerateRunes(), rune => Assert.False(
        rune.Value != '\n' && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
        $"{string.Join(' ', command)} writes U+{rune.Value:X4}: {text}"));
}
