using System.IO.Compression;
using System.Text;
using RebaseBatch.Core.Datasets;
using Xunit;

namespace RebaseBatch.Tests.Core.Datasets;

[Fast]
public sealed class DatasetFormatTests
{
    const string Lines = """
        {"question": "Grün?", "answer": "1"}
        {"question": "B?", "answer": "2"}
        """;

    static readonly (string, string, string?)[] s_problems = [("set-1", "Grün?", "1"), ("set-2", "B?", "2")];

    static Task<Dataset> Read(byte[] bytes, string name = "set.jsonl", LineRange? lines = null, long mostUnpacked = 1 << 30) =>
        DatasetReader.ReadAsync(new TrickleStream(bytes), name, TestContext.Current.CancellationToken, lines, mostUnpacked);

    static Task<Dataset> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    static async Task Reads(byte[] bytes, string name = "set.jsonl")
    {
        var dataset = await Read(bytes, name);
        Assert.Empty(dataset.InvalidLines);
        Assert.Equal(s_problems, dataset.Problems.Select(problem => (problem.CustomId, problem.Question, problem.GoldAnswer)));
    }

    static byte[] Packed(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    static byte[] Utf16(string text, bool isBig)
    {
        var encoding = new UnicodeEncoding(isBig, byteOrderMark: true);
        return [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
    }

    [Fact]
    public async Task Gzip_is_unpacked_whatever_the_files_name_is()
    {
        await Reads(Packed(Encoding.UTF8.GetBytes(Lines)));
        await Reads(Packed(Encoding.UTF8.GetBytes(Lines)), "set.jsonl.gz");
        await Reads(Packed(Utf16(Lines, isBig: false)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Utf16_is_known_by_its_mark(bool isBig) => await Reads(Utf16(Lines, isBig));

    [Theory]
    [InlineData("""[{"question": "Grün?", "answer": "1"},{"question": "B?", "answer": "2"}]""")]
    [InlineData("\uFEFF \n[\n  {\n    \"question\": \"Grün?\",\r\n    \"answer\": \"1\"\n  },\n"
        + "  {\"question\": \"B?\", \"answer\": \"2\"},\n]\n")]
    public async Task A_json_array_gives_its_items(string text) => await Reads(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task A_bad_item_of_an_array_takes_nothing_from_the_others()
    {
        var dataset = await Read("""[{"question": "a ] \" , [", "x": [[1], {"y": "}"}]}, 5, {"question": B}, {"question": "C"}] rest""");
        Assert.Equal([("set-1", "a ] \" , ["), ("set-4", "C")], dataset.Problems.Select(problem => (problem.CustomId, problem.Question)));
        Assert.Equal(
            [new(2, "not a JSON object"), new(3, "not valid JSON at byte 14"), new(5, "text follows the end of the JSON array")],
            dataset.InvalidLines);
        Assert.Empty((await Read("[]")).InvalidLines);
        var cutOff = await Read("""[{"question": "A"}, {"que""");
        Assert.Equal([new(2, "the JSON array has no end: the file is cut off")], cutOff.InvalidLines);
        var big = $$"""[{"question": "{{new string('x', DatasetReader.LongestLine)}}"}, {"question": "B"}]""";
        Assert.Equal([new(1, "the item is longer than 1 MB")], (await Read(big)).InvalidLines);
    }

    [Theory]
    [InlineData("id,Question,answer\n7,Grün?,1\n8,B?,2\n", "set-2", "set-3")]
    [InlineData("question\tanswer\r\nGrün?\t1\r\n\"B?\"\t2\r\n\r\n", "set-2", "set-3")]
    [InlineData("\uFEFFquestion;answer;custom_id\nGrün?;1;x\nB?;2;y", "x", "y")]
    public async Task Csv_and_tsv_are_known_by_a_header_with_a_question(string text, string first, string second)
    {
        var dataset = await Read(text);
        Assert.Empty(dataset.InvalidLines);
        Assert.Equal([(first, "Grün?", "1"), (second, "B?", "2")],
            dataset.Problems.Select(problem => (problem.CustomId, problem.Question, problem.GoldAnswer)));
    }

    [Fact]
    public async Task A_field_in_quotes_may_have_anything_and_bad_rows_are_named_by_their_line()
    {
        var dataset = await Read("question,answer\n\"a, \"\"b\"\"\nc?\",1\nd,2,3\n\ne \"f\" g,\n\"h,4\n");
        Assert.Equal([("set-2", "a, \"b\"\nc?", "1"), ("set-6", "e \"f\" g", null)],
            dataset.Problems.Select(problem => (problem.CustomId, problem.Question, problem.GoldAnswer)));
        Assert.Equal(
            [
                new(4, "has 3 fields, and the header has 2; put a field with a separator in it into quotes"),
                new(5, "the line is blank"),
                new(7, "a field in quotes has no end"),
            ],
            dataset.InvalidLines);
    }

    [Fact]
    public async Task Choices_may_be_columns()
    {
        var problem = Assert.Single((await Read("question,A,B,answer\nTwo?,1,2,B\n")).Problems);
        Assert.Equal(("Two?\n(A) 1\n(B) 2", "(B) 2"), (problem.Question, problem.GoldAnswer));
    }

    [Fact]
    public async Task A_range_of_lines_holds_in_every_format()
    {
        var dataset = await Read("[{\"question\": \"A\"}, {\"question\": \"B\"}, {\"question\": \"C\"}]"u8.ToArray(), lines: new(2, 2));
        Assert.Equal("B", Assert.Single(dataset.Problems).Question);
        dataset = await Read("question,answer\nA,1\nB,2\nC,3\n"u8.ToArray(), lines: new(3, 3));
        Assert.Equal("B", Assert.Single(dataset.Problems).Question);
    }

    [Fact]
    public async Task Damaged_or_missing_bytes_are_named()
    {
        var random = new byte[200_000];
        new Random(1).NextBytes(random);
        var packed = Packed(Encoding.UTF8.GetBytes(Lines + "\n" + Convert.ToBase64String(random)));
        packed.AsSpan(packed.Length / 2, 100).Clear();
        var damaged = await Read(packed);
        Assert.Contains(damaged.InvalidLines, line => line.Reason.StartsWith("the gzip data is damaged", StringComparison.Ordinal));
        var whole = Packed(Encoding.UTF8.GetBytes(Lines + "\n"));
        foreach (var missing in new[] { 1, 8, 12 })
        {
            var cut = await Read(whole[..^missing]);
            Assert.StartsWith("the gzip data is damaged", Assert.Single(cut.InvalidLines).Reason, StringComparison.Ordinal);
        }
        var odd = await Read([.. Utf16(Lines + "\n", isBig: false), 0x20]);
        Assert.Equal("the file is not valid UTF-16 behind this place", Assert.Single(odd.InvalidLines).Reason);
        var invalid = Assert.Single((await Read([.. Utf16(Lines + "\n", isBig: false), 0x00, 0xD8, 0x20, 0x00])).InvalidLines);
        Assert.Equal("the file is not valid UTF-16 behind this place", invalid.Reason);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "the file is a pointer of Git LFS")]
    [InlineData("\n<!doctype html>\n<html>\n</html>\n", "the file is a page in HTML or XML")]
    public async Task What_stands_for_a_dataset_and_is_none_is_named_once(string text, string reason) =>
        Assert.StartsWith(reason, Assert.Single((await Read(text)).InvalidLines).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task A_packed_file_may_not_fill_the_memory()
    {
        var line = $$"""{"question": "{{new string('x', 900_000)}}"}""";
        var dataset = await Read(Packed(Encoding.UTF8.GetBytes(line + "\n" + line + "\n" + line)), mostUnpacked: 1 << 20);
        Assert.Single(dataset.Problems);
        Assert.Equal([new(2, "the file unpacks to more than 1 MB; unpack it, or split it into several")], dataset.InvalidLines);
    }

    /// <summary>Hands out a few bytes a read, as a pipe may.</summary>
    sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(++_reads < 100 ? 7 : 8192, buffer.Length)], cancellationToken);
    }
}
