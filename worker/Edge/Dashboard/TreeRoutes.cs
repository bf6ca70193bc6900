using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Trees;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The page with the tree of one search.</summary>
sealed class TreeRoutes(NpgsqlDataSource db, ReportPages pages, TimeProvider time)
{
    // A browser still draws so many.
    const int MostNodes = 2000;

    /// <summary>Relative to the worker's page.</summary>
    /// <param name="place">The problem's place in the job's dataset, from 0.</param>
    public static string Of(long jobId, int place) => $"{ReportRoutes.OfJob(jobId)}/trees/{place}";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/reports/jobs/{job:long:min(1)}/trees/{place:int:min(0)}", (long job, int place, CancellationToken ct) =>
            PageAnswers.AnswerAsync(pages, Of(job, place), making => MakeAsync(job, place, making), $"make the report of job {job}",
                PageAnswers.Html, ct));

    async Task<byte[]> MakeAsync(long job, int place, CancellationToken ct)
    {
        var tree = await new TreeQueries(db).OfProblemAsync(job, $"problem {place + 1} of its dataset", place, MostNodes, ct)
            ?? throw new UserException(ExitCode.NotFound, $"job {job} has no tree to show for problem {place + 1} of its dataset: it has "
                + $"no right answer or no result, its steps are deleted, or they are more than {MostNodes}");
        return Encoding.UTF8.GetBytes(FlipsPage.OfTree(tree, time.GetUtcNow()));
    }
}
