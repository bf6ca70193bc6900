using System.Text;
using RebaseBatch.Core.Datasets;
using Xunit;

namespace RebaseBatch.Tests.Core.Datasets;

[Fast]
public sealed class DatasetSummaryTests
{
    static async Task<DatasetSummary> Of(params string[] lines) => (await DatasetReader.ReadAsync(
        new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "set.jsonl", TestContext.Current.CancellationToken)).Summary;

    static async Task<string[]> Said(params string[] lines) => [.. SummaryText.Of(await Of(lines))];

    [Fact]
    public async Task Problems_right_answers_levels_and_fields_are_said() => Assert.Equal(
        [
            "2 problems, all with a right answer, 2 levels (1 to 2)",
            "taken: question from 'problem', right answer from 'answer', question id from 'unique_id', level from 'level', ids from the "
                + "line numbers",
        ],
        await Said(
            """{"problem":"A","answer":"1","unique_id":"a","level":1}""",
            """{"problem":"B","answer":"2","unique_id":"b","level":2}"""));

    [Fact]
    public async Task Fields_are_counted_where_lines_differ_and_spelled_as_the_file_has_them() => Assert.Contains(
        "taken: question from 'Question' (1 line), 'problem' (1 line), right answer from 'Answer' (1 line), 'solution' (1 line), ids from "
            + "the line numbers",
        await Said("""{"Question":"A","Answer":"1"}""", """{"problem":"B","solution":"so \\boxed{2}"}"""));

    [Fact]
    public async Task The_first_line_without_a_right_answer_is_named()
    {
        var said = await Said("""{"question":"A","answer":"1"}""", """{"question":"B"}""", """{"question":"C"}""");

        Assert.Equal("3 problems, 1 with a right answer, no levels", said[0]);
        Assert.Equal("2 problems have no right answer, the first on line 2", said[^1]);
    }

    [Fact]
    public async Task What_a_request_says_to_a_model_is_named_once()
    {
        const string Plain = """
            {"custom_id":"ID","method":"POST","url":"/v1/chat/completions","body":{"model":"m","temperature":0,"stop":null,"messages":[
            {"role":"system","content":"Be brief"},{"role":"user","content":"1+1?"}]},"answer":"2"}
            """;
        var line = Plain.ReplaceLineEndings("");
        var tools = line.Replace("\"temperature\"", "\"tools\":[],\"temperature\"", StringComparison.Ordinal);

        var summary = await Of(line.Replace("ID", "a", StringComparison.Ordinal), tools.Replace("ID", "b", StringComparison.Ordinal));

        Assert.Equal("ignored: system text, model, temperature in 2 lines; tools in 1 line", SummaryText.Of(summary).Last());
        Assert.Empty(summary.Unused);
    }

    [Fact]
    public async Task Earlier_user_messages_are_said_to_be_ignored() => Assert.Equal(
        "ignored: earlier user messages in 1 line",
        (await Said("""{"prompt":[{"role":"user","content":"A"},{"role":"user","content":"B"}],"answer":"1"}"""))[^1]);

    [Fact]
    public async Task A_conversation_with_the_assistant_is_refused()
    {
        const string Line =
            """{"custom_id":"a","body":{"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"B"}]}}""";

        var dataset = await DatasetReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Line)), "x", default);

        Assert.Contains("message of the assistant", Assert.Single(dataset.InvalidLines).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choices_and_what_is_not_used_are_named()
    {
        var summary = await Of("""{"question":"Q","A":"1","B":"2","answer":"B","source":"exam","note":null}""");

        Assert.Contains(
            "choices from 'A', 'B', right answer from 'answer'", SummaryText.Of(summary).ElementAt(1), StringComparison.Ordinal);
        Assert.Equal("'source'", SummaryText.Unused(summary));
    }

    [Fact]
    public async Task Levels_in_words_are_said_to_be_ignored() => Assert.Equal(
        "ignored: levels that are no whole number in 1 line", (await Said("""{"question":"A","answer":"1","level":"hard"}"""))[^1]);

    [Fact]
    public async Task Many_names_are_cut_and_a_control_character_never_reaches_the_terminal()
    {
        var fields = string.Concat(Enumerable.Range(0, 30).Select(i => $",\"f{i}\":1"));

        var unused = SummaryText.Unused(await Of($$"""{"question":"A","\u001b[2J":1{{fields}}}"""));

        Assert.StartsWith("'?[2J', 'f0', ", unused, StringComparison.Ordinal);
        Assert.EndsWith("'f10' and 19 more", unused, StringComparison.Ordinal);
    }
}
