using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Dapper;
using DuckDB.NET.Data;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

/// <summary>Runs the lines of docs/notebooks.md over the files that its commands write.</summary>
public sealed class NotebookTests(PostgresServer server)
{
    // Two solutions of problem 0: 1-2 (right) and 1-3 (wrong); one of problem 1: 1 (right). Problem 2 failed.
    const string Trees = """
        UPDATE problems SET level = 1 + ordinal % 2 WHERE job_id = @job;
        UPDATE answers SET candidates = '[{"node":2,"answer":"1","text":"a","step_scores":[0.5,0.85]},
            {"node":3,"answer":"7","text":"b","step_scores":[0.5,0.15]}]'
        WHERE job_id = @job AND problem_id = (SELECT problem_id FROM problems WHERE job_id = @job AND ordinal = 0);
        INSERT INTO nodes (problem_id, no, parent_no, depth, child_index, state, score, sampled, policy_evaluated, reward_evaluated,
            lease_epoch, tokens, text)
        SELECT problem_id, n.no, n.parent_no, n.depth, 0, n.state, n.score, 1, 1, 1, 1, '{1}', 'step'
        FROM problems JOIN (VALUES (0, 1, 0, 1, 0, 0.5), (0, 2, 1, 2, 1, 0.85), (0, 3, 1, 2, 1, 0.15), (1, 1, 0, 1, 1, 0.5))
            n(ordinal, no, parent_no, depth, state, score) USING (ordinal)
        WHERE job_id = @job
        """;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Page => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "notebooks.md"));

    [Fact]
    public async Task The_lines_for_DuckDB_give_what_the_views_give()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);
        foreach (var line in Blocks("console").Single().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var run = await bench.RunAsync(line.Split(' ')[2..]);
            Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        }
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        duck.Execute($"SET file_search_path = '{bench.Folder.Path}'");

        var results = Blocks("sql").ToDictionary(Title, sql => Rows(duck, sql));

        Assert.All(results.Values, Assert.NotEmpty);
        Assert.Contains(results["What the columns mean"], row => row[0] is "step_scores" && row[1] is string meaning && meaning.Length > 0);
        Assert.Equal([[job, 1L, 1L, 1L, 1.0], [job, 2L, 1L, 1L, 1.0]], results["Accuracy by level"]);
        Assert.Equal([[job, "tiny-math-policy-s", "rebase", 4L, 0.0, 20_000.0, 40_000.0]],
            results["Error against FLOPs a problem, the policy's (as the paper counts) and both models'"]);
        Assert.Equal([[job, "majority", null, 1.0], [job, "weighted", "last", 1.0]],
            results["Every vote over the same solutions"].OrderBy(row => (string)row[1]!));
        Assert.Equal([[job, 1.0, 1.0]],
            results["Could the policy at all? The share of problems with a right solution, beside the vote's accuracy"]);
        // The step of 0.5 counts for the three solutions that it is in, of which two are right.
        Assert.Equal([[0.1, 1L, 0.15, 0.0], [0.5, 3L, 0.5, 0.666666666667], [0.8, 1L, 0.85, 1.0]],
            results["Calibration of the reward model: of the steps that it scored 0.7 to 0.8, how many led to a right answer?"]);
        Assert.Equal([[1L, 3L, 2L, 1L, 0.5], [2L, 2L, 1L, 1L, 1.0]],
            results["How well a score tells right from wrong, by depth: AUC, 0.5 is a coin; null where all were right or all wrong"]);
    }

    [Fact]
    public async Task The_lines_for_pandas_run()
    {
        Assert.SkipUnless(await PythonAsync(Path.GetTempPath(), "import pandas") is (0, _), "python3 with pandas is not installed");
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);
        foreach (var view in (string[])["answers", "usage", "jobs", "candidates"])
            Assert.Equal(ExitCode.Ok, (await bench.RunAsync("results", "export", "--view", view, "-o", $"{view}.csv")).Code);

        var outputs = new Dictionary<string, string>();
        foreach (var block in Blocks("python"))
        {
            var (code, output) = await PythonAsync(bench.Folder.Path, block);
            Assert.True(code == 0, $"{Title(block)}\n{output}");
            outputs[Title(block)] = Regex.Replace(output, "(?m)^ +| +(?= |$)", "");
        }

        Assert.Contains($"{job} 1 1 1 1.0\n2 1 1 1.0\n", outputs["Accuracy by level"], StringComparison.Ordinal);
        Assert.Contains("0.0 20000.0 40000.0 tiny-math-policy-s rebase 4", outputs["Error against FLOPs a problem"],
            StringComparison.Ordinal);
        Assert.Contains("weighted last 1.0", outputs["Every vote over the same solutions"], StringComparison.Ordinal);
        Assert.Contains("0.1 1 0.15 0.0\n0.5 1 0.50 1.0\n0.8 1 0.85 1.0",
            outputs["Calibration of the reward model, by the last step's score of each solution"], StringComparison.Ordinal);
    }

    static async Task<long> SolvedAsync(CommandBench bench)
    {
        var job = await bench.EnqueueAsync(3);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer is "3" ? null : problem.Spec.GoldAnswer);
        await using var connection = await bench.DataSource.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync(Trees, new { job });
        return job;
    }

    /// <summary>The page's code blocks in a language.</summary>
    static IEnumerable<string> Blocks(string language) =>
        Page.Split($"```{language}\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);

    /// <summary>A block's first line, a remark.</summary>
    static string Title(string block) => block[..block.IndexOf('\n', StringComparison.Ordinal)].TrimStart('-', '#', ' ');

    static List<object?[]> Rows(DuckDBConnection duck, string sql)
    {
        using var command = duck.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Value(reader.GetValue(i)))]);
        return rows;
    }

    // Means of binary numbers are compared as decimal ones.
    static object? Value(object value) => value switch
    {
        DBNull => null,
        double number => Math.Round(number, 12),
        _ => value,
    };

    static async Task<(int Code, string Output)> PythonAsync(string folder, string code)
    {
        var start = new ProcessStartInfo("python3", ["-W", "ignore", "-c", code])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
            await process.WaitForExitAsync(Ct);
            return (process.ExitCode, await output + await error);
        }
        catch (Win32Exception)
        {
            return (-1, "there is no python3");
        }
    }
}
