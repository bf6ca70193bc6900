using System.Globalization;
using Dapper;
using DuckDB.NET.Data;
using Npgsql;
using Parquet;
using Parquet.Schema;
using RebaseBatch.Commands.Output.ParquetFiles;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

/// <summary>Parquet files of views, read back by Parquet.Net and by DuckDB.</summary>
public sealed class ParquetExportTests(PostgresServer server)
{
    const string Tree = """
        INSERT INTO nodes (problem_id, no, parent_no, depth, child_index, state, score, sampled, policy_evaluated, reward_evaluated,
            lease_epoch, tokens, text)
        SELECT problem_id, n.no, n.parent_no, n.depth, n.child_index, n.state, n.score, n.sampled, 1, 1, 1, n.tokens, n.text
        FROM problems, (VALUES
            (1, 0, 1, 0, 0, 0.25, 3, '{1,2,3}'::int[], 'First, add.'),
            (2, 0, 1, 1, 2, NULL, 2, '{4,5}', E'a\nline, "quoted" and 数学 🧮'),
            (3, 1, 2, 0, 1, 0.75, 4, '{6,7,8,9}', 'The answer is: 1'))
            n(no, parent_no, depth, child_index, state, score, sampled, tokens, text)
        WHERE ordinal = 0 AND job_id = @job
        """;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Columns_have_types_and_comments_and_values_are_those_of_the_view()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(3);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer is "3" ? null : problem.Spec.GoldAnswer);
        await ExecuteAsync(bench, """
            UPDATE answers SET created_at = '2026-02-01T03:04:05.678901Z' WHERE job_id = @job;
            UPDATE problems SET question = E'Was ist „½“?\n🧮 "x", y', level = 3 WHERE job_id = @job AND ordinal = 0;
            UPDATE usage SET policy_parameters = 9223372036854775807, total_flops = 1.7976931348623157e308, policy_device_seconds = NULL
            WHERE job_id = @job;
            """, new { job });

        var answers = await ExportAsync(bench, $"{job}", "--view", "answers");
        Assert.Equal(
            [
                ["answered_at", "TIMESTAMP WITH TIME ZONE"], ["correct", "BOOLEAN"], ["level", "BIGINT"], ["ordinal", "BIGINT"],
                ["question", "VARCHAR"], ["votes", "VARCHAR"],
            ],
            Duck(answers.Path, """
                SELECT column_name, column_type FROM (DESCRIBE data)
                WHERE column_name IN ('ordinal', 'question', 'correct', 'answered_at', 'votes', 'level') ORDER BY column_name
                """));
        Assert.Equal("The problem's text.", answers.Metadata[$"{ParquetStream.ColumnKey}question"]);
        Assert.Equal("A row for each answered problem, the failed ones included.", answers.Metadata[ParquetStream.ViewKey]);

        var rows = Duck(answers.Path, """
            SELECT ordinal, question, correct, level, error, answered_at, votes::JSON -> 0 ->> 'method', typeof(answered_at) FROM data
            ORDER BY ordinal
            """);
        Assert.Equal([0L, "Was ist „½“?\n🧮 \"x\", y", true, 3L, null], rows[0][..5]);
        Assert.Equal(new DateTime(2026, 2, 1, 3, 4, 5, 678).AddMicroseconds(901),
            ((IConvertible)rows[0][5]!).ToDateTime(CultureInfo.InvariantCulture).ToUniversalTime());
        Assert.Equal(("majority", "TIMESTAMP WITH TIME ZONE"), ((string)rows[0][6]!, (string)rows[0][7]!));
        Assert.Equal([2L, "What is 3?", null, null, "the model gave up"], rows[2][..5]);

        var usage = await ExportAsync(bench, $"{job}", "--view", "usage");
        Assert.Equal([long.MaxValue, double.MaxValue, null, null],
            Duck(usage.Path, "SELECT policy_parameters, total_flops, policy_device_seconds, reward_model FROM data")[0]);
    }

    [Fact]
    public async Task Solutions_and_steps_are_views_too_and_solutions_are_graded()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await ExecuteAsync(bench, Tree, new { job });
        await ExecuteAsync(bench, """
            UPDATE answers SET candidates = '[{"node":3,"answer":"1.0","text":"half","step_scores":[0.25,0.75]},
                {"node":4,"answer":"7","text":"wrong","step_scores":[]},{"node":5,"answer":null,"text":"none","step_scores":[0.5]}]'
            WHERE job_id = @job AND problem_id = (SELECT problem_id FROM problems WHERE ordinal = 0 AND job_id = @job)
            """, new { job });

        var candidates = await ExportAsync(bench, $"{job}", "--view", "candidates");
        Assert.Equal(
            [
                [0L, 0L, 3L, "1.0", true, 0.75, 0.25, 0.5], [0L, 1L, 4L, "7", false, null, null, null],
                [0L, 2L, 5L, null, false, 0.5, 0.5, 0.5], [1L, 0L, 1L, "2", true, 0.5, 0.5, 0.5],
            ],
            Duck(candidates.Path, "SELECT ordinal, candidate_no, node, answer, correct, score_last, score_min, score_mean FROM data"));
        Assert.StartsWith("Whether the solution's own answer is right", candidates.Metadata[$"{ParquetStream.ColumnKey}correct"],
            StringComparison.Ordinal);
        Assert.Equal("true", (await bench.RunAsync("results", "export", $"{job}", "--view", "candidates")).OutLines[1].Split(',')[^1]);

        var nodes = await ExportAsync(bench, $"{job}", "--view", "nodes");
        Assert.Equal(
            [
                [1L, 0L, 1L, "open", 0.25, 3L, "First, add."], [2L, 0L, 1L, "exhausted", null, 2L, "a\nline, \"quoted\" and 数学 🧮"],
                [3L, 1L, 2L, "finished", 0.75, 4L, "The answer is: 1"],
            ],
            Duck(nodes.Path, "SELECT node, parent, depth, state, score, tokens, text FROM data"));
    }

    [Theory]
    [InlineData("answers")]
    [InlineData("nodes")]
    [InlineData("leaderboard")]
    public async Task A_file_without_rows_has_its_columns(string view)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "cancel", $"{job}")).Code);

        var file = await ExportAsync(bench, $"{job}", "--view", view);

        Assert.Contains("job_id", file.Fields.Select(field => field.Name));
        Assert.Equal([[0L]], Duck(file.Path, "SELECT count(*) FROM data"));
    }

    [Fact]
    public async Task Bytes_go_to_a_pipe_and_not_to_a_terminal()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        using var pipe = new PipeLike();

        var refused = await bench.RunAsync("results", "export", $"{job}", "--format", "parquet");
        var sent = await bench.RunAsync(pipe, "results", "export", $"{job}", "--format", "parquet");

        Assert.Equal((ExitCode.BadInput, ""), (refused.Code, refused.Out));
        Assert.Equal("rebase: a Parquet file is bytes and no text for a terminal: name a file with -o FILE, or send it on with '>' or '|'",
            refused.ErrorLines[0]);
        Assert.Equal((ExitCode.Ok, ""), (sent.Code, sent.Error));
        var path = Path.Combine(bench.Folder.Path, "piped.parquet");
        await File.WriteAllBytesAsync(path, pipe.Sent.ToArray(), Ct);
        Assert.Equal([[2L]], Duck(path, "SELECT count(*) FROM data"));
    }

    /// <summary>Row groups end at a number of rows or of characters, and each is written before the next row is read.</summary>
    [Theory]
    [InlineData(1_000, 1_000_000, 8_389)]
    [InlineData(1, 5_000, 5_000)]
    public async Task A_row_group_is_written_before_the_next_row_is_read(int characters, int groupRows, int expectedRows)
    {
        const int Rows = 20_000;
        await using var bench = await CommandBench.CreateAsync(server);
        await using var connection = await bench.DataSource.OpenConnectionAsync(Ct);
        // Five characters number a row: with the text they count for the limit.
        await using var command = new NpgsqlCommand(
            "SELECT n + 10000 AS job_id, repeat(chr(65 + n % 26), $1) AS text FROM generate_series(1, $2) n", connection)
        {
            AllResultTypesAreUnknown = true, Parameters = { new() { Value = Math.Max(0, characters - 5) }, new() { Value = Rows } },
        };
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var (path, moments) = (Path.Combine(bench.Folder.Path, "rows.parquet"), new SortedSet<long>());
        await using (var file = File.Create(path))
        await using (var watched = new PipeLike(file, () => moments.Add(
            reader.IsOnRow ? long.Parse(reader.GetString(0), CultureInfo.InvariantCulture) - 10_000 : Rows)))
            await ParquetStream.WriteAsync(new(reader, [], "", new Dictionary<string, string>()), watched, Ct, groupRows);

        await using var parquet = await ParquetReader.CreateAsync(path, cancellationToken: Ct);
        var groups = Enumerable.Range(0, parquet.RowGroupCount).Select(parquet.OpenRowGroupReader).Select(group => group.RowCount).ToList();
        Assert.Equal(Enumerable.Range(0, groups.Count).Select(i => (long)Math.Min(expectedRows, Rows - i * expectedRows)), groups);
        Assert.Equal(groups.Select((_, i) => groups.Take(i + 1).Sum()), moments);
        Assert.Equal(Rows, groups.Sum());
        Assert.Equal([[(long)Rows]], Duck(path, "SELECT count(*) FROM data"));
    }

    static async Task<ExportedFile> ExportAsync(CommandBench bench, params string[] args)
    {
        var run = await bench.RunAsync(["results", "export", .. args, "--format", "parquet", "-o", "it's; DROP TABLE x --.parquet"]);
        Assert.Equal((ExitCode.Ok, "", ""), (run.Code, run.Out, run.Error));
        var path = Path.Combine(bench.Folder.Path, "it's; DROP TABLE x --.parquet");
        await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: Ct);
        return new(path, reader.Schema.GetDataFields(), reader.CustomMetadata);
    }

    /// <summary>Runs SQL over the file, which it calls <c>data</c>.</summary>
    static List<object?[]> Duck(string path, string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"CREATE VIEW data AS FROM read_parquet('{path.Replace("'", "''", StringComparison.Ordinal)}'); {sql}";
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        do
        {
            while (reader.Read())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }
        while (reader.NextResult());
        return rows;
    }

    static async Task ExecuteAsync(CommandBench bench, string sql, object parameters)
    {
        await using var connection = await bench.DataSource.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync(sql, parameters);
    }

    sealed record ExportedFile(string Path, DataField[] Fields, IReadOnlyDictionary<string, string> Metadata);

    /// <summary>A stream that can't seek and has no position, as a pipe.</summary>
    sealed class PipeLike(Stream? output = null, Action? written = null) : Stream
    {
        public MemoryStream Sent { get; } = new();
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => (output ?? Sent).Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            (output ?? Sent).Write(buffer, offset, count);
            written?.Invoke();
        }
    }
}
