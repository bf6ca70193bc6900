using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

public sealed class ResultsViewsCommandTests(PostgresServer server)
{
    [Fact]
    public async Task All_views_and_all_columns_of_a_view_are_listed_with_what_they_are()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var views = JsonDocument.Parse((await bench.RunAsync("results", "views", "--format", "json")).Out).RootElement
            .EnumerateArray().ToDictionary(row => row.GetProperty("view").GetString()!, row => row.GetProperty("description").GetString());
        Assert.Contains("v_jobs", views.Keys);
        Assert.All(views, view => Assert.NotEmpty(view.Value!));

        foreach (var view in views.Keys)
        {
            var rows = JsonDocument.Parse((await bench.RunAsync("results", "views", view, "--format", "json")).Out).RootElement
                .EnumerateArray().ToList();
            Assert.All(rows, row => Assert.NotEqual("", row.GetProperty("description").GetString()));
            // 'results query' can read each of them.
            var query = await bench.RunAsync("results", "query", $"SELECT * FROM {view} LIMIT 0", "--format", "csv");
            Assert.Equal(query.OutLines[0], string.Join(',', rows.Select(row => row.GetProperty("column").GetString())));
        }

        var table = await bench.RunAsync("results", "views", "V_QUEUE");
        Assert.Contains(table.OutLines, line => line.StartsWith("due", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_view_that_does_not_exist_is_not_found()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var run = await bench.RunAsync("results", "views", "jobs");
        Assert.Equal((ExitCode.NotFound, ""), (run.Code, run.Out));
        Assert.Contains("there is no view 'jobs'; 'rebase results views' lists the views", run.Error, StringComparison.Ordinal);
    }
}
