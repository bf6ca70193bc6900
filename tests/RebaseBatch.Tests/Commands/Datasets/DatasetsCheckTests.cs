using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Datasets;

public sealed class DatasetsCheckTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Task<CommandRun> CheckAsync(string content, params string[] args)
    {
        _folder.Write("set.jsonl", content);
        return CommandRun.In(_folder, [], ["datasets", "check", "set.jsonl", .. args]);
    }

    [Fact]
    public async Task People_read_counts_repeated_questions_and_the_right_answer_as_it_is_understood()
    {
        var run = await CheckAsync("""
            {"question":"A half?","answer":"#### 0.5","level":2}
            {"question":"One?","answer":"#### 1","note":"x"}
            {"question":"A half?","answer":"#### 0.5"}
            """);

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.StartsWith("3 problems, all with a right answer, 1 level (2)", run.Out, StringComparison.Ordinal);
        Assert.Contains("not used: 'note'", run.Out, StringComparison.Ordinal);
        Assert.Contains("repeated questions: line 3 that of line 1", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"right answer +0\.5 *\nread as +1/2", run.Out.ReplaceLineEndings("\n"));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Json_has_the_same_and_a_bad_line_is_exit_code_2()
    {
        var run = await CheckAsync("""
            {"question":"A","answer":"1"}
            {}
            """, "--format", "json");

        Assert.Equal(ExitCode.BadInput, run.Code);
        var found = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(1, found.GetProperty("problems").GetInt32());
        Assert.Equal(2, found.GetProperty("invalid_lines")[0].GetProperty("line").GetInt32());
        Assert.Equal("gold", found.GetProperty("fields")[1].GetProperty("role").GetString());
        Assert.Contains("1 lines of set.jsonl can't be used", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await CheckAsync("""
            {"question":"A","answer":"1"}
            {}
            """, "--skip-invalid")).Code);
    }

    [Fact]
    public async Task No_right_answer_at_all_is_exit_code_2_unless_it_is_allowed()
    {
        const string Line = """{"question":"A","result":"1"}""";

        var run = await CheckAsync(Line);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("fields 'question', 'result'", run.Error, StringComparison.Ordinal);
        Assert.Contains("--no-gold", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await CheckAsync(Line, "--no-gold")).Code);
    }

    [Fact]
    public async Task A_file_without_a_usable_line_is_exit_code_2()
    {
        var run = await CheckAsync("{}");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith("0 problems, none with a right answer", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_may_be_named_and_a_wrong_name_shows_the_right_ones()
    {
        const string Line = """{"frage":"One?","antwort":{"zahl":"1"},"nummer":5,"stufe":3}""";
        var run = await CheckAsync(
            Line, "--question-field", "frage", "--answer-field", "antwort.zahl", "--id-field", "nummer", "--level-field", "stufe");
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Contains("1 problem", run.Out, StringComparison.Ordinal);
        run = await CheckAsync(Line, "--question-field", "frage", "--answer-field", "antwort.text");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("set.jsonl: no line has the field 'antwort.text'", run.Error, StringComparison.Ordinal);
        Assert.Contains("'antwort.zahl'", run.Error, StringComparison.Ordinal);
        run = await CheckAsync(Line, "--question-field", "frage.");
        Assert.Contains("--question-field: 'frage.' is not a field's name", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_may_be_sent_to_stdin()
    {
        var run = await CommandRun.In(
            _folder, [], "{\"question\":\"One?\",\"answer\":\"1\"}"u8.ToArray(), "datasets", "check", "-", "--format", "json");
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Equal("stdin-1", JsonDocument.Parse(run.Out).RootElement.GetProperty("examples")[0].GetProperty("id").GetString());
        run = await CommandRun.In(_folder, [], "datasets", "check", "-");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("stdin is a terminal", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_file_is_refused_with_the_way_out()
    {
        var run = await CommandRun.In(_folder, [], "datasets", "check", "s3://bucket/set.jsonl");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("presigned https address", run.Error, StringComparison.Ordinal);
        run = await CommandRun.In(_folder, [], "datasets", "check", ".");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("is a folder: name a file in it", run.Error, StringComparison.Ordinal);
    }
}
