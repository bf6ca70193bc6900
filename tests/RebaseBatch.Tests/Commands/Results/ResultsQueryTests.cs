using System.Text.Json;
using Dapper;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

public sealed class ResultsQueryTests(PostgresServer server)
{
    const string Everything = """
        SELECT 1 AS "i", 2.50 AS "n", 'NaN'::float8 AS nan, true AS yes, NULL::int AS nothing, 'say "hi", π' AS t, '{"a":[1]}'::jsonb AS j,
            timestamptz '2026-02-01 03:04:05.678+02' AS at, ARRAY[1,2] AS list, interval '90 min' AS d
        """;

    [Fact]
    public async Task Rows_come_as_csv_with_a_header()
    {
        var run = await RunAsync(Everything, "--format", "csv");

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Equal("i,n,nan,yes,nothing,t,j,at,list,d", run.OutLines[0]);
        Assert.Equal("""1,2.50,NaN,true,,"say ""hi"", π","{""a"": [1]}",2026-02-01T01:04:05.678Z,"{1,2}",01:30:00""", run.OutLines[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData(";")]
    [InlineData("-- SELECT 1\n /* nothing * here **/ ;")]
    public async Task A_query_without_a_statement_is_refused(string sql)
    {
        var run = await RunAsync(sql);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("the query is empty", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_come_as_an_array_of_json_with_types()
    {
        var rows = JsonDocument.Parse((await RunAsync($"{Everything} UNION ALL {Everything}", "--format", "json")).Out).RootElement;

        Assert.Equal(2, rows.GetArrayLength());
        Assert.Equal(
            """{"i":1,"n":2.50,"nan":"NaN","yes":true,"nothing":null"""
                + ""","t":"say \"hi\", π","j":{"a": [1]},"at":"2026-02-01T01:04:05.678Z","list":"{1,2}","d":"01:30:00"}""",
            rows[1].GetRawText());
        Assert.Equal("[]", (await RunAsync("SELECT 1 WHERE false", "--format", "json")).Out.Trim());
    }

    [Fact]
    public async Task A_table_keeps_the_names_and_says_when_it_leaves_rows_out()
    {
        var run = await RunAsync("SELECT n AS some_number FROM generate_series(1, 1001) n");

        Assert.Matches(@"some_number", run.OutLines[0]);
        Assert.Equal("1000", run.OutLines[^1]);
        Assert.Equal("there are more than these 1000 rows: --format csv or --format json writes all of them", run.ErrorLines.Single());
        Assert.Empty((await RunAsync("SELECT n FROM generate_series(1, 1000) n")).Error);
    }

    [Fact]
    public async Task It_reads_the_views_of_this_database_as_the_reader()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(4);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 3 ? problem.Spec.GoldAnswer : "wrong");

        var run = await bench.RunAsync("results", "query",
            "SELECT current_user AS who, job_id, method, accuracy FROM v_accuracy WHERE own; ", "--format", "csv");

        Assert.Equal($"rebase_query,{job},weighted,0.75", run.OutLines[1]);
    }

    [Theory]
    [InlineData("SELECT 1,\n  2 FORM v_jobs WHERE", "syntax error at or near \"v_jobs\" (line 2, column 10)")]
    [InlineData("SELECT 'π😀', nme FROM v_jobs", "column \"nme\" does not exist (line 1, column 14)")]
    [InlineData("SELECT name_ FROM v_jobs", "Perhaps you meant to reference the column \"v_jobs.name\"")]
    [InlineData("DELETE FROM jobs", "a query may only read: cannot execute DELETE in a read-only transaction")]
    [InlineData("CREATE TABLE mine (id int)", "a query may only read: cannot execute CREATE TABLE in a read-only transaction")]
    [InlineData("SELECT * FROM answers",
        "permission denied for table answers: queries run under a login of their own, which reads the views (v_jobs,")]
    [InlineData("COMMIT; DELETE FROM jobs", "cannot insert multiple commands into a prepared statement")]
    [InlineData("SELECT 1 / (n - 1) FROM generate_series(1, 3) n", "division by zero")]
    [InlineData("COPY (SELECT * FROM v_jobs) TO STDOUT", "'rebase results export'")]
    public async Task A_statement_that_can_not_be_run_is_explained(string sql, string reason)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await bench.EnqueueAsync(1);

        var run = await bench.RunAsync("results", "query", sql, "--format", "csv");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(reason, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        await using var connection = await bench.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, null),
            await connection.QuerySingleAsync<(int, string?)>("SELECT count(*)::int, to_regclass('mine')::text FROM jobs"));
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_stopped()
    {
        var run = await RunAsync("SELECT pg_sleep(600)", "--timeout", "1");

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal("rebase: the query took longer than 1 s and was stopped: narrow it, or allow more with --timeout",
            run.ErrorLines.Single());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task Rows_are_written_before_the_last_one_is_known(string format)
    {
        var run = await RunAsync("SELECT n, 1 / (20000 - n) AS d FROM generate_series(1, 20000) n", "--format", format);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("division by zero", run.Error, StringComparison.Ordinal);
        Assert.True(run.OutLines.Length > 10_000);
    }

    async Task<CommandRun> RunAsync(string sql, params string[] options)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        return await bench.RunAsync(["results", "query", sql, .. options]);
    }
}
