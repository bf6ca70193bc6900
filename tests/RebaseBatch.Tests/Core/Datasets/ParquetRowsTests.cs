using System.Buffers.Binary;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;
using RebaseBatch.Core.Datasets;
using Xunit;

namespace RebaseBatch.Tests.Core.Datasets;

[Fast]
public sealed class ParquetRowsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<Dataset> Read(byte[] bytes, LineRange? lines = null, long mostUnpacked = DatasetReader.MostUnpacked) =>
        DatasetReader.ReadAsync(new MemoryStream(bytes), "set.parquet", Ct, lines, mostUnpacked);

    static async Task<byte[]> Write<T>(IEnumerable<T> rows, CompressionMethod packing = CompressionMethod.Snappy, int group = 1000)
    {
        var file = new MemoryStream();
        var options = new ParquetOptions { CompressionMethod = packing, RowGroupSize = group };
        await ParquetSerializer.SerializeAsync(rows, file, options, cancellationToken: Ct);
        return file.ToArray();
    }

    /// <summary>Writes a file of one row group, a column of texts for each name.</summary>
    static async Task<byte[]> WriteTexts(params (string Name, string?[] Values)[] columns)
    {
        var (file, fields) = (new MemoryStream(), columns.Select(DataField (column) => new DataField<string>(column.Name)).ToList());
        await using (var writer = await ParquetWriter.CreateAsync(new(fields), file, cancellationToken: Ct))
        using (var group = writer.CreateRowGroup())
            foreach (var (field, (_, values)) in fields.Zip(columns)) await group.WriteAsync(field, (IReadOnlyCollection<string?>)values);
        return file.ToArray();
    }

    static async Task<string> ReasonOf(byte[] bytes) => Assert.Single((await Read(bytes)).InvalidLines).Reason;

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Brotli)]
    public async Task Rows_are_read_in_order_whatever_packs_them(CompressionMethod packing)
    {
        // More rows than a group has, the same text in many of them (a dictionary), and none in others.
        var rows = Enumerable.Range(1, 2500).Select(i =>
            new Plain { question = $"Größe {i}?", answer = i % 3 == 0 ? null : $"{i % 7}", level = i % 5 });
        var dataset = await Read(await Write(rows, packing));
        Assert.Empty(dataset.InvalidLines);
        Assert.Equal(2500, dataset.Problems.Count);
        Assert.All(dataset.Problems.Index(), row => Assert.Equal(
            (Number: row.Index + 1, Id: $"set-{row.Index + 1}") is var (i, id)
                ? (id, $"Größe {i}?", i % 3 == 0 ? null : $"{i % 7}", (short?)(i % 5))
                : default,
            (row.Item.CustomId, row.Item.Question, row.Item.GoldAnswer, row.Item.Level)));
    }

    [Fact]
    public async Task Objects_and_lists_are_those_of_a_line()
    {
        var dataset = await Read(await Write<Nested>(
        [
            new() { prompt = [new() { role = "system", content = "Be brief." }, new() { role = "user", content = "One?" }],
                reward_model = new() { ground_truth = "34", style = "rule" } },
            new() { prompt = [new() { role = "user", content = "Two?" }], reward_model = null },
            new() { prompt = [], reward_model = new() },
            new() { prompt = [new() { role = "user", content = "Four?" }], reward_model = new() { ground_truth = "4" } },
        ]));
        Assert.Equal([("set-1", "One?", "34"), ("set-2", "Two?", null), ("set-4", "Four?", "4")],
            dataset.Problems.Select(problem => (problem.CustomId, problem.Question, problem.GoldAnswer)));
        Assert.Equal([new(3, "'prompt' has no user message")], dataset.InvalidLines);
    }

    [Fact]
    public async Task Choices_and_lists_of_answers_are_read()
    {
        var dataset = await Read(await Write<Lists>(
        [
            new() { question = "Two?", choices = ["1", "2"], answer = 1 },
            new() { question = "Which?", choices = [], final_answer = ["2", "-2"] },
            new() { question = "What?", choices = null, final_answer = null },
        ]));
        Assert.Empty(dataset.InvalidLines);
        Assert.Equal([("Two?\n(A) 1\n(B) 2", "(B) 2"), ("Which?", "2, -2"), ("What?", null)],
            dataset.Problems.Select(problem => (problem.Question, problem.GoldAnswer)));
    }

    [Fact]
    public async Task Numbers_truth_values_and_bytes_are_those_of_a_line()
    {
        Assert.Equal(["27", "-5", "0.125"], Golds(await Read(await Write<Numbers>(
            [new() { problem = "a"u8.ToArray(), answer = 27 }, new() { problem = "b"u8.ToArray(), answer = -5 },
                new() { problem = "c"u8.ToArray(), answer = 0.125 }]))));
        Assert.Equal(["1.50"], Golds(await Read(await Write<Decimals>([new() { problem = "a", answer = 1.50m }])))
            .Select(gold => gold is "1.5" ? "1.50" : gold));
        Assert.Equal(["True", "False"], Golds(await Read(await Write<Truths>(
            [new() { problem = "a", answer = true }, new() { problem = "b", answer = false }]))));
        Assert.Equal("the column 'problem' has bytes that are not UTF-8",
            await ReasonOf(await Write<Numbers>([new() { problem = [0xE4], answer = 1 }])));

        static IEnumerable<string?> Golds(Dataset dataset) => dataset.Problems.Select(problem => problem.GoldAnswer);
    }

    [Fact]
    public async Task Only_columns_that_may_be_of_a_problem_are_read_and_a_range_is_of_rows()
    {
        var dataset = await Read(await WriteTexts(
            ("generations", ["x", "y", "z"]), ("Question", ["A?", "B?", "C?"]), ("ANSWER", ["1", "2", "3"])), new(2, 2));
        var one = Assert.Single(dataset.Problems);
        Assert.Equal(("set-2", "B?", "2"), (one.CustomId, one.Question, one.GoldAnswer));
        Assert.Equal("the Parquet file has no column that is known: it has 'generations', 'text'",
            await ReasonOf(await WriteTexts(("generations", ["x"]), ("text", ["y"]))));
        var twice = await Read(await WriteTexts(("question", ["A?"]), ("Question", ["B?"]), ("answer", ["1"])));
        Assert.Equal("A?", Assert.Single(twice.Problems).Question);
        Assert.Empty((await Read(await WriteTexts(("question", [])))).InvalidLines);
    }

    [Fact]
    public async Task Ten_thousand_columns_are_no_trouble()
    {
        var columns = Enumerable.Range(1, 10_000).Select(i => ($"c{i}", (string?[])["x"])).Append(("question", ["A?"]));
        Assert.Equal("A?", Assert.Single((await Read(await WriteTexts([.. columns]))).Problems).Question);
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_never_more_than_that()
    {
        var whole = await Write(Enumerable.Range(1, 50).Select(i => new Plain { question = $"Q{i}?", answer = $"{i}", level = i }));
        Assert.Contains("is cut off", await ReasonOf(whole[..^1]), StringComparison.Ordinal);
        Assert.Contains("is cut off", await ReasonOf(whole[..6]), StringComparison.Ordinal);
        byte[] encrypted = [.. whole[..^4], .. "PARE"u8];
        Assert.Contains("is encrypted", await ReasonOf(encrypted), StringComparison.Ordinal);
        foreach (var length in new uint[] { 0, 1, uint.MaxValue, int.MaxValue, (uint)whole.Length })
        {
            var absurd = whole.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(absurd.AsSpan(^8), length);
            Assert.Contains("is damaged", await ReasonOf(absurd), StringComparison.Ordinal);
        }
        // Every byte once: each gives a sentence, or other texts where only a text was hit.
        for (var i = 4; i < whole.Length - 8; i++)
        {
            var damaged = whole.ToArray();
            damaged[i] ^= (byte)(1 << (i % 8));
            await Read(damaged);
            damaged[i] = 0xFF;
            await Read(damaged);
        }
    }

    [Fact]
    public async Task A_packed_page_may_not_fill_the_memory()
    {
        // Texts that differ, in one page that packs to some KB.
        var rows = Enumerable.Range(1, 300).Select(i => new Plain { question = new string('x', 900_000) + i });
        Assert.Equal(
            "a row group of the Parquet file unpacks to more than 256 MB; write it with smaller row groups",
            await ReasonOf(await Write(rows, CompressionMethod.Zstd)));
        // One text in a dictionary, in many rows.
        var dataset = await Read(
            await Write(Enumerable.Repeat(rows.First(), 40)), mostUnpacked: 10_000_000);
        Assert.Contains("the file unpacks to more than 9 MB", Assert.Single(dataset.InvalidLines).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_parquet_file_is_refused()
    {
        var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(await WriteTexts(("question", ["A?"])));
        Assert.StartsWith("a Parquet file in another file can't be read", await ReasonOf(packed.ToArray()), StringComparison.Ordinal);
    }

#pragma warning disable IDE1006 // the names of the columns
    sealed record Plain
    {
        public string? question { get; init; }

        public string? answer { get; init; }

        public int level { get; init; }
    }

    sealed record Nested
    {
        public List<Message>? prompt { get; init; }

        public Reward? reward_model { get; init; }
    }

    sealed record Message
    {
        public string? role { get; init; }

        public string? content { get; init; }
    }

    sealed record Reward
    {
        public string? ground_truth { get; init; }

        public string? style { get; init; }
    }

    sealed record Lists
    {
        public string? question { get; init; }

        public List<string>? choices { get; init; }

        public int? answer { get; init; }

        public List<string>? final_answer { get; init; }
    }

    sealed record Numbers
    {
        public byte[]? problem { get; init; }

        public double answer { get; init; }
    }

    sealed record Decimals
    {
        public string? problem { get; init; }

        public decimal answer { get; init; }
    }

    sealed record Truths
    {
        public string? problem { get; init; }

        public bool? answer { get; init; }
    }
#pragma warning restore IDE1006
}
