using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using RebaseBatch.Contracts;
using RebaseBatch.Errors;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Commands.Reports;

public sealed class ReportTests(PostgresServer server) : WorkerTest(server)
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
            foreach (var spec in specs) await Ledger.EndedAsync(await Jobs.EnqueueAsync(spec, problems, TestContext.Current.CancellationToken));
        }

        var run = await Run.In(Folder, [], "report", "-o", "page.html", "--trees", "2", "--database", Database.ConnectionString, "--data", Folder.Path);

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.Equal([Path.Combine(Folder.Path, "page.html")], run.OutLines);
        var page = Page(run.OutLines[0]);
        Assert.Equal(["runs", "error", "front", "budgets", "difficulty", "cost", "saturation", "comparison", "trees", "notes"],
            page.Descendants("section").Select(section => (string)section.Attribute("id")!));
        // Seven points: three votes of two searches and greedy's one.
        Assert.Equal(7, page.Descendants("table").Single(table => table.Element("caption")!.Value == "All measured points").Descendants("tbody").Elements("tr").Count());
        var trees = page.Descendants("script").Single(script => (string?)script.Attribute("type") == "application/json").Value;
        var drawn = page.Descendants("g").Count(group => (string?)group.Attribute("class") == "step");
        Assert.Equal(drawn, JsonDocument.Parse(trees).RootElement.EnumerateObject().Sum(tree => tree.Value.EnumerateObject().Count()));
        Assert.True(drawn > 0);
        Assert.DoesNotContain(page.Descendants("svg"), svg => svg.ToString().Contains("NaN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_jobs_are_compared_with_each_other_though_they_are_alike()
    {
        await using var bench = await Bench.CreateAsync(_server);
        var first = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var second = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 2 ? problem.Spec.GoldAnswer : "wrong");

        var run = await bench.RunAsync("report", $"{first}", $"{second}", "--title", "Last night & before");

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        var page = Page(Path.Combine(bench.Folder.Path, "report.html"));
        Assert.Equal("Last night & before", page.Descendants("h1").Single().Value);
        var row = page.Descendants("section").Single(section => (string?)section.Attribute("id") == "comparison").Descendants("tbody").Elements("tr").Single();
        // Six problems that the first alone was right about: 2 / 64.
        Assert.Equal([$"{first} / {second}", "100.0 %", "25.0 %", "6", "0", "0.031", "0.031", "first is better"], row.Elements("td").Skip(2).Select(cell => cell.Value));
    }

    [Fact]
    public async Task A_file_that_can_not_be_written_is_named()
    {
        await using var bench = await Bench.CreateAsync(_server);
        await bench.EnqueueAsync(1);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);

        var run = await bench.RunAsync("report", "-o", Path.Combine("no", "such", "report.html"));

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Contains("the report can't be written to", run.Error, StringComparison.Ordinal);
    }
}
