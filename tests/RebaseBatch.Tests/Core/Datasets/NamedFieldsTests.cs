using System.Text;
using Parquet;
using Parquet.Schema;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using Xunit;

namespace RebaseBatch.Tests.Core.Datasets;

/// <summary>Datasets whose user names the fields.</summary>
[Fast]
public sealed class NamedFieldsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<Dataset> Read(string text, DatasetFields named) =>
        DatasetReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "set.jsonl", Ct, named: named);

    [Theory]
    [InlineData("""{"q": {"text": "One?"}, "a": {"x": "1"}, "n": 7, "d": {"l": "Level 2"}}""", "q.text", "a.x", "n", "d.l")]
    [InlineData("""{"q.text": "One?", "A": 1, "meta.n": 7, "l": 2}""", "Q.Text", "a", "meta.n", "l")]
    [InlineData("""{"q": [{"role": "user", "content": "One?"}], "answer": "5", "gold_answer": "6", "a": ["1"], "i": "7", "l": 2.0}""",
        "q", "a", "i", "l")]
    public async Task Named_fields_are_taken_in_place_of_the_known_ones(
        string line, string question, string answer, string id, string level)
    {
        var dataset = await Read(line, new(question, answer, id, level));
        Assert.Empty(dataset.InvalidLines);
        Assert.Equal(new("7", "7", "One?", "1", 2), Assert.Single(dataset.Problems));
    }

    [Fact]
    public async Task A_named_answer_may_name_the_right_choice()
    {
        var dataset = await Read("""{"question": "Two?", "choices": ["1", "2"], "answer": "A", "key": "B"}""", new(Answer: "key"));
        Assert.Equal("(B) 2", Assert.Single(dataset.Problems).GoldAnswer);
    }

    [Fact]
    public async Task A_line_without_a_named_question_or_id_is_bad_and_one_without_a_named_answer_has_none()
    {
        var dataset = await Read("""
            {"q": "One?", "a": "1", "i": "x"}
            {"question": "Two?", "a": "2", "i": "y"}
            {"q": "Three?", "answer": "3", "i": "z"}
            {"q": "Four?", "a": "4", "i": null}
            {"q": {"text": "Five?"}, "a": "5", "i": "v"}
            {"q": "Six?", "a": {"x": 6}, "i": "w"}
            """, new("q", "a", "i"));
        Assert.Equal([("x", "1"), ("z", null)], dataset.Problems.Select(problem => (problem.CustomId, problem.GoldAnswer)));
        Assert.Equal(
            [
                new(2, "'q' is missing or empty, which is to have the question"),
                new(4, "'i' is missing, which is to have the id"),
                new(5, "'q' is an object, expected a string"),
                new(6, "'a' is an object, expected a string, a number or a list of them"),
            ],
            dataset.InvalidLines);
    }

    [Theory]
    [InlineData("result.val")]
    [InlineData("question.x")]
    public async Task A_field_that_no_line_has_is_an_error_with_those_that_there_are(string named)
    {
        var error = await Assert.ThrowsAsync<UnknownFieldException>(() => Read("""
            {"question": "One?", "result": {"value": "1"}}
            {"question": "Two?", "n": 1}
            """, new(Answer: named)));
        Assert.Equal(
            $"no line has the field '{named}', which answer_field names; the lines have 'question', 'result.value', 'n'", error.Message);
        Assert.Empty((await Read("", new(Answer: named))).Problems);
    }

    [Fact]
    public async Task The_header_of_a_table_may_have_no_known_name_but_the_named_one()
    {
        var dataset = await Read("frage,antwort\nOne?,1\n", new("frage", "antwort"));
        Assert.Equal(("One?", "1"), Assert.Single(dataset.Problems) is var one ? (one.Question, one.GoldAnswer) : default);
    }

    [Fact]
    public async Task Columns_of_a_parquet_file_may_be_named()
    {
        var (file, q, v) = (new MemoryStream(), new DataField<string>("q"), new DataField<string>("val"));
        var schema = new ParquetSchema(q, new StructField("res", v));
        await using (var writer = await ParquetWriter.CreateAsync(schema, file, cancellationToken: Ct))
        using (var group = writer.CreateRowGroup())
        {
            await group.WriteAsync(q, (IReadOnlyCollection<string?>)["One?"]);
            await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(v, new[] { "1".AsMemory() }, new[] { v.MaxDefinitionLevel }, null, Ct);
        }
        file = new(file.ToArray());
        var dataset = await DatasetReader.ReadAsync(file, "set", Ct, named: new("q", "res.val"));
        Assert.Equal(("One?", "1"), Assert.Single(dataset.Problems) is var one ? (one.Question, one.GoldAnswer) : default);
        var error = await Assert.ThrowsAsync<UnknownFieldException>(
            () => DatasetReader.ReadAsync(new MemoryStream(file.ToArray()), "set", Ct, named: new("q", "res.value")));
        Assert.EndsWith("the lines have 'q', 'res.val'", error.Message, StringComparison.Ordinal);
    }
}
