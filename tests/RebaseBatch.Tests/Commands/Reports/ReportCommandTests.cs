using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Reports;

public sealed class ReportCommandTests(PostgresServer server) : WorkerTest(server)
{
    readonly PostgresServer _server = server;

    static XElement Page(string path)
    {
        using var reader = XmlReader.Create(path, new() { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
    }

    [Fact]
    public async Task Jobs_that_real_models_solved_make_a_page_with_every_part_and_the_trees_they_stored()
    {
        var problems = await Support.Problems.TakeAsync(8);
        var rebase = Support.Problems.Job(width: 4, batchSize: 8);
        JobSpec[] specs =
        [
            rebase, rebase with { Strategy = SearchStrategy.Sampling },
            rebase with { Strategy = SearchStrategy.Greedy, Reward = null, Width = 1, Temperature = 0, Voting = VotingMethod.Majority },
        ];
        await using (await WorkerInProcess.StartAsync(Database, Folder.Path))
        {
            foreach (var spec in specs)
                await Ledger.EndedAsync(await Jobs.EnqueueAsync(spec, problems, TestContext.Current.CancellationToken));
        }

        var run = await CommandRun.In(Folder, [], "report", "-o", "page.html", "--trees", "2", "--database", Database.ConnectionString,
            "--data", Folder.Path);

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Equal([Path.Combine(Folder.Path, "page.html")], run.OutLines);
        var page = Page(run.OutLines[0]);
        Assert.Equal(["runs", "error", "front", "budgets", "difficulty", "cost", "chance", "calibration", "saturation", "comparison",
            "trees", "notes"],
            page.Descendants("section").Select(section => (string)section.Attribute("id")!));
        // Seven points: three votes of two searches and greedy's one.
        Assert.Equal(7, page.Descendants("table").Single(table => table.Element("caption")!.Value == "All measured points")
            .Descendants("tbody").Elements("tr").Count());
        var trees = page.Descendants("script").Single(script => (string?)script.Attribute("type") == "application/json").Value;
        var drawn = page.Descendants("g").Count(group => (string?)group.Attribute("class") == "step");
        Assert.Equal(drawn, JsonDocument.Parse(trees).RootElement.EnumerateObject().Sum(tree => tree.Value.EnumerateObject().Count()));
        Assert.True(drawn > 0);
        Assert.DoesNotContain(page.Descendants("svg"), svg => svg.ToString().Contains("NaN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_jobs_are_compared_with_each_other_though_they_are_alike()
    {
        await using var bench = await CommandBench.CreateAsync(_server);
        var first = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var second = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 2 ? problem.Spec.GoldAnswer : "wrong");

        var run = await bench.RunAsync("report", $"{first}", $"{second}", "--title", "Last night & before");

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        var page = Page(Path.Combine(bench.Folder.Path, "report.html"));
        Assert.Equal("Last night & before", page.Descendants("h1").Single().Value);
        var row = page.Descendants("section").Single(section => (string?)section.Attribute("id") == "comparison").Descendants("tbody")
            .Elements("tr").Single();
        // Six problems that the first alone was right about: 2 / 64.
        Assert.Equal(
            [
                $"{first} / {second}", "8 of 8: 100.0 % (67.6 to 100.0)", "2 of 8: 25.0 % (7.1 to 59.1)", "6", "0",
                "−75.0 (−92.9 to −18.2)", "0.031", "0.031", "first is better", "0",
            ],
            row.Elements("td").Skip(2).Select(cell => cell.Value.Replace('\u00a0', ' ')));
    }

    [Fact]
    public async Task Two_sweeps_are_compared_cell_by_cell()
    {
        await using var bench = await CommandBench.CreateAsync(_server);
        bench.Folder.Write("set.jsonl",
            string.Concat(Enumerable.Range(1, 8).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n")));
        await SweepAsync("[4, 8]");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        // As if REBASE 4 had run on other weights: tonight's sweep runs it again, finds greedy held, and has no width 8.
        await using (var weights = bench.DataSource.CreateCommand("UPDATE jobs SET inputs_sha256 = 'other weights' WHERE job_id = 2"))
            await weights.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await SweepAsync("[4]");
        await bench.AnswerAllAsync(problem => problem.Ordinal < 2 ? problem.Spec.GoldAnswer : "wrong");

        var run = await bench.RunAsync("report", "sweep:1", "sweep:2");

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Contains("job 2 is not in the figures: a newer job has the same settings and seed", run.Error, StringComparison.Ordinal);
        var cells = Page(Path.Combine(bench.Folder.Path, "report.html")).Descendants("section")
            .Single(section => (string?)section.Attribute("id") == "cells");
        Assert.Equal(
        [
            "tiny-math-policy-s, greedy 1, single|1 / 1|8 of 8: 100.0 % (67.6 to 100.0)|8 of 8: 100.0 % (67.6 to 100.0)||||||"
                + "the same job|0",
            "tiny-math-policy-s, rebase 4, weighted|2 / 4|8 of 8: 100.0 % (67.6 to 100.0)|2 of 8: 25.0 % (7.1 to 59.1)|6|0|"
                + "−75.0 (−92.9 to −18.2)|0.031|0.031|sweep 1 is better|0",
            "tiny-math-policy-s, rebase 8, weighted|3 / –|8 of 8: 100.0 % (67.6 to 100.0)|||||||sweep 2 has no such job|0",
        ], cells.Descendants("tbody").Elements("tr")
            .Select(row => string.Join('|', row.Elements("td").Select(cell => cell.Value.Replace('\u00a0', ' ')))));

        // Six of the same eight problems were lost in the one cell that ran again.
        var markdown = await bench.RunAsync("report", "sweep:1", "sweep:2", "--format", "markdown");
        Assert.Contains("\nsweep 2 against sweep 1: 0 better, 1 worse, of 1 tested cells", markdown.Out, StringComparison.Ordinal);
        Assert.Contains("| 100.0 % (67.6 to 100.0) of 8 | 25.0 % (7.1 to 59.1) of 8 | -75.0 (-92.9 to -18.2) | 0.031 | 6 | 0 |\n",
            markdown.Out, StringComparison.Ordinal);
        Assert.Contains("### Lost and won from sweep 1 to sweep 2\n", markdown.Out, StringComparison.Ordinal);
        Assert.Equal(6, markdown.OutLines.Count(line => line.StartsWith("| lost | ", StringComparison.Ordinal)));

        async Task SweepAsync(string widths)
        {
            bench.Folder.Write("night.yaml", $"""
                datasets: set.jsonl
                policies: [tiny-math-policy-s]
                rewards: [tiny-math-prm]
                strategies:
                  - greedy
                  - strategy: rebase
                    widths: {widths}
                """);
            var enqueued = await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");
            Assert.True(enqueued.Code == ExitCode.Ok, enqueued.Error);
        }
    }

    [Fact]
    public async Task Markdown_goes_to_stdout_or_into_the_file_that_is_named()
    {
        await using var bench = await CommandBench.CreateAsync(_server);
        await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 6 ? problem.Spec.GoldAnswer : "wrong");

        var stdout = await bench.RunAsync("report", "--format", "markdown");
        var file = await bench.RunAsync("report", "--format", "markdown", "-o", "night.md");

        Assert.True(stdout.Code == ExitCode.Ok, stdout.Error);
        Assert.StartsWith("## Evaluation of `set.jsonl`\n", stdout.Out, StringComparison.Ordinal);
        Assert.Contains(" | 75.0 % (", stdout.Out, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(bench.Folder.Path, "night.md")], file.OutLines);
        Assert.Equal(stdout.Out, await File.ReadAllTextAsync(file.OutLines[0], TestContext.Current.CancellationToken));
        Assert.False(File.Exists(Path.Combine(bench.Folder.Path, "report.html")));
        Assert.StartsWith("<!DOCTYPE html>", (await bench.RunAsync("report", "-o", "-")).Out, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_file_that_can_not_be_written_is_named()
    {
        await using var bench = await CommandBench.CreateAsync(_server);
        await bench.EnqueueAsync(1);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);

        var run = await bench.RunAsync("report", "-o", Path.Combine("no", "such", "report.html"));

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Contains("the report can't be written to", run.Error, StringComparison.Ordinal);
    }
}
