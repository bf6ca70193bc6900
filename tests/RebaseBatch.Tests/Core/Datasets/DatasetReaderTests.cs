using System.Text;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using Xunit;

namespace RebaseBatch.Tests.Core.Datasets;

[Fast]
public sealed class DatasetReaderTests
{
    static Task<Dataset> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    static Task<Dataset> Read(byte[] bytes) =>
        DatasetReader.ReadAsync(new MemoryStream(bytes), "folder/math.test.jsonl", TestContext.Current.CancellationToken);

    static async Task<ProblemSpec> ReadOne(string line)
    {
        var dataset = await Read(line + "\n");
        Assert.Empty(dataset.InvalidLines);
        return Assert.Single(dataset.Problems);
    }

    static async Task<string> ReasonOf(string line)
    {
        var dataset = await Read(line);
        Assert.Empty(dataset.Problems);
        var invalid = Assert.Single(dataset.InvalidLines);
        Assert.Equal(1, invalid.Line);
        return invalid.Reason;
    }

    [Fact]
    public async Task Gsm8k_lines_take_the_result_behind_the_hashes_as_gold() => Assert.Equal(
        new("math.test-1", "math.test-1", "How many?", "1,234"),
        await ReadOne("""{"question": "How many?", "answer": "2 * 617 = <<2*617=1234>>1,234\n#### 1,234", "n_steps": 3}"""));

    [Fact]
    public async Task Math500_lines_take_their_unique_id_as_question_id() => Assert.Equal(
        new("math.test-1", "test/algebra/1.json", "Find $x$.", "\\frac{1}{2}", 2),
        await ReadOne(
            """{"problem": "Find $x$.", "solution": "...", "answer": "\\frac{1}{2}", "level": 2, "unique_id": "test/algebra/1.json"}"""));

    [Fact]
    public async Task Native_lines_name_everything() => Assert.Equal(
        new("c-7", "q-7", "What is 2 + 2?", "4"),
        await ReadOne("""{"custom_id": "c-7", "question_id": "q-7", "question": "What is 2 + 2?", "gold_answer": " 4 "}"""));

    [Theory]
    [InlineData("5", 5)]
    [InlineData("\"Level 3\"", 3)]
    [InlineData("0", 0)]
    [InlineData("null", null)]
    [InlineData("\"Level ?\"", null)]
    [InlineData("\"hard\"", null)]
    [InlineData("\"3\"", 3)]
    [InlineData("\" level 3 \"", 3)]
    [InlineData("5.0", 5)]
    [InlineData("\"5.0\"", 5)]
    [InlineData("\"Level -3\"", null)]
    [InlineData("\"\\ud800\"", null)]
    [InlineData("2.5", null)]
    [InlineData("-1", null)]
    [InlineData("32768", null)]
    [InlineData("[3]", null)]
    public async Task A_level_is_a_whole_number_or_maths_words_and_anything_else_is_none(string level, int? expected)
    {
        Assert.Equal((short?)expected,
            (await ReadOne($$"""{"problem": "P", "answer": "1", "subject": "Algebra", "level": {{level}} }""")).Level);
        Assert.Equal((short?)expected, (await ReadOne($$"""{"custom_id": "c", "question": "Q", "level": {{level}} }""")).Level);
    }

    [Theory]
    [InlineData("\"family\": \"money\", \"type\": \"x\"", "money")]
    [InlineData("\"subject\": \" Algebra \"", "Algebra")]
    [InlineData("\"type\": \"Number Theory\"", "Number Theory")]
    [InlineData("\"family\": 3, \"category\": \"law\"", "law")]
    [InlineData("\"family\": \"\"", null)]
    [InlineData("\"family\": \"\\ud800\"", null)]
    [InlineData("\"family\": \"a\\u0000\"", null)]
    [InlineData("\"family\": \"12345678901234567890123456789012345678901234567890123456789012345\"", null)]
    [InlineData("\"n_steps\": 3", null)]
    public async Task A_family_is_a_short_text_under_one_of_four_names_and_no_part_of_the_dataset_s_hash(string fields, string? family)
    {
        var problem = await ReadOne($$"""{"problem": "P", "answer": "1", {{fields}} }""");
        Assert.Equal(family, problem.Family);
        Assert.Equal(RebaseBatch.Durable.Jobs.JobInputs.Hash([problem with { Family = null }]),
            RebaseBatch.Durable.Jobs.JobInputs.Hash([problem]));
    }

    [Fact]
    public async Task Native_lines_need_only_a_question()
    {
        Assert.Equal(new("math.test-1", "math.test-1", " Q ", null), await ReadOne("""{"question": " Q ", "gold_answer": null}"""));
        Assert.Equal(new("c", "c", "Q", null), await ReadOne("""{"custom_id": "c", "question": "Q"}"""));
    }

    [Theory]
    [InlineData("""
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "first"},
        {"role": "user", "content": "What?"}]
        """, "What?")]
    [InlineData("""[{"role": "user", "content": [{"type": "text", "text": "What"}, {"type": "text", "text": "now?"}]}]""", "What\nnow?")]
    public async Task OpenAi_lines_ask_their_last_user_message(string messages, string question) => Assert.Equal(
        new("request-1", "request-1", question, null),
        await ReadOne(
            """{"custom_id": "request-1", "method": "POST", "url": "/v1/chat/completions","""
                + $$""" "body": {"model": "m", "messages": {{messages.ReplaceLineEndings(" ")}} } }"""));

    [Theory]
    [InlineData("""{"question": "Q" """, "not valid JSON at byte")]
    [InlineData("""{"question": "Q"} trailing""", "not valid JSON at byte")]
    [InlineData("plain text", "not valid JSON at byte 1")]
    [InlineData("""["question"]""", "not a JSON object")]
    [InlineData("""{"question": "Q", "question": "R"}""", "a property stands there twice")]
    [InlineData("{}", "has no question")]
    [InlineData("""{"question": ""}""", "'question' is empty")]
    [InlineData("""{"question": "  \n"}""", "'question' is empty")]
    [InlineData("""{"question": null}""", "'question' is empty")]
    [InlineData("""{"question": 5}""", "'question' is a number, expected a string")]
    [InlineData("""{"question": ["Q"]}""", "'question' is an array, expected a string")]
    [InlineData("""{"problem": {"a": 1}}""", "'problem' is an object, expected a string")]
    [InlineData("""{"problem": "P", "question": "Q"}""", "both 'problem' and 'question'")]
    [InlineData("""{"problem": "P", "answer": {"a": 5}}""", "'answer' is an object, expected a string")]
    [InlineData("""{"problem": "P", "answer": " "}""", "'answer' is empty")]
    [InlineData("""{"question": "Q", "answer": "6 * 7\n42"}""", "'answer' has no '#### '")]
    [InlineData("""{"question": "Q", "answer": "42 #### "}""", "'answer' has no result")]
    [InlineData("""{"question": "Q", "gold_answer": true}""", "'gold_answer' is a truth value")]
    [InlineData("""{"question": "Q", "custom_id": true}""", "'custom_id' is a truth value")]
    [InlineData("""{"question": "Q", "custom_id": ""}""", "'custom_id' is empty")]
    [InlineData("""{"question": "Q\u0000"}""", "'question' has the character U+0000")]
    [InlineData("""{"question": "Q\ud800"}""", "'question' has half of a surrogate pair")]
    [InlineData("""{"body": {"messages": []}}""", "'custom_id' is missing")]
    [InlineData("""{"custom_id": "c", "method": "POST"}""", "'body' is missing")]
    [InlineData("""{"custom_id": "c", "method": "GET", "body": {}}""", "'method' is 'GET'")]
    [InlineData("""{"custom_id": "c", "url": "/v1/embeddings", "body": {}}""", "'url' is '/v1/embeddings'")]
    [InlineData("""{"custom_id": "c", "body": {"input": "x"}}""", "'body.messages' is missing")]
    [InlineData("""{"custom_id": "c", "body": {"messages": ["x"]}}""", "a message that is not an object")]
    [InlineData("""{"custom_id": "c", "body": {"messages": [{"role": "system", "content": "x"}]}}""", "no user message")]
    [InlineData("""{"custom_id": "c", "body": {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"},"""
        + """ {"role": "user", "content": "R"}]}}""", "a message of the assistant")]
    [InlineData("""{"custom_id": "c", "body": {"messages": [{"role": "user", "content": " "}]}}""", "the last user message is empty")]
    [InlineData("""{"custom_id": "c", "body": {"messages": [{"role": "user", "content": 5}]}}""", "'content' is a number")]
    [InlineData("""{"custom_id": "c", "body": {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}}""",
        "a content part of type 'image_url'")]
    public async Task A_bad_line_is_named_with_its_reason(string line, string reason) => Assert.Contains(reason, await ReasonOf(line));

    [Fact]
    public async Task Ids_are_bounded_by_what_they_are_keys_of()
    {
        static string OpenAi(int length) =>
            $$"""{"custom_id": "{{new string('x', length)}}", "body": {"messages": [{"role": "user", "content": "Q"}] } }""";
        static string Native(int length) => $$"""{"custom_id": "{{new string('x', length)}}", "question": "Q"}""";
        await ReadOne(OpenAi(64));
        Assert.Equal("'custom_id' has 65 characters, at most 64 are allowed", await ReasonOf(OpenAi(65)));
        await ReadOne(Native(256));
        Assert.Equal("'custom_id' has 257 characters, at most 256 are allowed", await ReasonOf(Native(257)));
    }

    [Fact]
    public async Task A_bad_line_takes_nothing_from_the_others()
    {
        var dataset = await Read("""
            {"question": "A"}

            oops
            {"question": "B", "custom_id": "x"}
            {"question": "C", "custom_id": "x"}
            {"question": "D", "custom_id": "math.test-1"}
            {"question": "E"}
            """);
        Assert.Equal([("math.test-1", "A"), ("x", "B"), ("math.test-7", "E")],
            dataset.Problems.Select(problem => (problem.CustomId, problem.Question)));
        Assert.Equal(
            [
                new(2, "the line is blank"),
                new(3, "not valid JSON at byte 1"),
                new(5, "custom_id 'x' stands on line 4 already"),
                new(6, "custom_id 'math.test-1' stands on line 1 already"),
            ],
            dataset.InvalidLines);
    }

    [Theory]
    [InlineData("{\"question\": \"A\"}")]
    [InlineData("{\"question\": \"A\"}\n")]
    [InlineData("{\"question\": \"A\"}\r\n")]
    [InlineData("{\"question\": \"A\"}\n\n \r\n")]
    [InlineData("\uFEFF{\"question\": \"A\"}\n")]
    public async Task A_byte_order_mark_and_any_end_of_file_are_fine(string text)
    {
        var dataset = await Read(text);
        Assert.Empty(dataset.InvalidLines);
        Assert.Equal(new("math.test-1", "math.test-1", "A", null), Assert.Single(dataset.Problems));
    }

    [Fact]
    public async Task An_empty_file_has_neither_problems_nor_bad_lines()
    {
        foreach (var text in new[] { "", "\n", "\uFEFF" })
        {
            var dataset = await Read(text);
            Assert.Equal((0, 0), (dataset.Problems.Count, dataset.InvalidLines.Count));
        }
    }

    [Fact]
    public async Task Invalid_utf8_is_named_and_other_lines_are_read()
    {
        var dataset = await Read([.. "{\"question\": \""u8, 0xE4, .. "\"}\n{\"question\": \"ä\"}"u8]);
        Assert.Equal([new(1, "the line is not valid UTF-8")], dataset.InvalidLines);
        Assert.Equal("ä", Assert.Single(dataset.Problems).Question);
    }

    [Fact]
    public async Task A_line_may_have_a_megabyte_and_no_byte_more()
    {
        static string Line(int bytes) => $$"""{"question": "{{new string('x', bytes - 16)}}"}""";
        var longest = Line(DatasetReader.LongestLine);
        Assert.Equal(DatasetReader.LongestLine, longest.Length);
        var dataset =
            await Read($"\uFEFF{longest}\r\n{Line(DatasetReader.LongestLine + 1)}\n{Line(3 * DatasetReader.LongestLine)}\n{Line(20)}\n");
        Assert.Equal([new(2, "the line is longer than 1 MB"), new(3, "the line is longer than 1 MB")], dataset.InvalidLines);
        Assert.Equal(["math.test-1", "math.test-4"], dataset.Problems.Select(problem => problem.CustomId));
    }

    [Fact]
    public async Task However_the_stream_hands_out_its_bytes_the_lines_are_the_same()
    {
        var text = string.Concat(Enumerable.Range(1, 500).Select(i =>
            $$"""{"question": "Frage {{i}}: größer {{new string('x', i * 7 % 900)}}?"}{{(i % 3 == 0 ? "\r\n" : "\n")}}"""));
        var whole = await Read(text);
        Assert.Equal(500, whole.Problems.Count);
        foreach (var chunk in new[] { 1, 7, 4096 })
        {
            using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk);
            var dataset = await DatasetReader.ReadAsync(stream, "math.test.jsonl", TestContext.Current.CancellationToken);
            Assert.Equal(whole.Problems, dataset.Problems);
            Assert.Empty(dataset.InvalidLines);
        }
    }

    [Fact]
    public async Task The_bundled_test_set_reads_without_a_fault()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "models", "datasets", "arithmetic-test.jsonl");
        await using var stream = File.OpenRead(path);
        var dataset = await DatasetReader.ReadAsync(stream, path, TestContext.Current.CancellationToken);
        Assert.Empty(dataset.InvalidLines);
        Assert.Equal(500, dataset.Problems.Count);
        Assert.All(dataset.Problems, problem => Assert.True(long.TryParse(problem.GoldAnswer, out _)));
        Assert.Equal("arithmetic-test-1", dataset.Problems[0].CustomId);
    }

    [Fact]
    public async Task Reading_can_be_cancelled() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => DatasetReader.ReadAsync(new MemoryStream("{}"u8.ToArray()), "x", new CancellationToken(canceled: true)));

    /// <summary>Hands out at most so many bytes a read, as a pipe may.</summary>
    sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
