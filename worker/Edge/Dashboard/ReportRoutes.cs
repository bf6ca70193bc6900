using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The pages that <c>rebase report</c> writes, made on request.</summary>
sealed class ReportRoutes(NpgsqlDataSource db, ReportPages pages, TimeProvider time)
{
    /// <summary>Relative to the worker's page, like the paths of jobs and sweeps.</summary>
    public const string Newest = "reports/newest";

    const string Jobs = "reports/jobs/", Sweeps = "reports/sweeps/";

    // A page can state its whole policy itself, except that it must stand in no frame.
    static readonly string s_contentSecurityPolicy = $"{ReportPage.ContentSecurityPolicy}; frame-ancestors 'none'";

    public static string OfJob(long jobId) => $"{Jobs}{jobId}";

    public static string OfSweep(long sweepId) => $"{Sweeps}{sweepId}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"/{Newest}", (CancellationToken ct) => AnswerAsync(Newest, [], ct));
        routes.MapGet($"/{Jobs}{{job:long:min(1)}}", (long job, CancellationToken ct) =>
            AnswerAsync(OfJob(job), [new(IsSweep: false, job)], ct));
        routes.MapGet($"/{Sweeps}{{sweep:long:min(1)}}", (long sweep, CancellationToken ct) =>
            AnswerAsync(OfSweep(sweep), [new(IsSweep: true, sweep)], ct));
    }

    async Task<IResult> AnswerAsync(string path, RunName[] runs, CancellationToken ct)
    {
        try
        {
            return await pages.GetAsync(path, making => MakeAsync(runs, making), ct) is { } page
                ? Reply.Page(page, s_contentSecurityPolicy)
                : Reply.Sentence(StatusCodes.Status503ServiceUnavailable, "Too many other reports are being made: ask again in a minute.");
        }
        catch (UserException e)
        {
            var status = e.Code is ExitCode.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict;
            return Reply.Sentence(status, Sentence(e.Message));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return Reply.Sentence(
                StatusCodes.Status503ServiceUnavailable,
                $"The report was not made within {ReportPages.MakingTimeout.TotalSeconds:F0} s: ask again in a minute, "
                    + "or make it with 'rebase report'.");
        }
        catch (NpgsqlException e) when (DatabaseFaults.IsPassing(e) || DatabaseFaults.IsUnavailable(e))
        {
            return Reply.Sentence(StatusCodes.Status503ServiceUnavailable, Sentence(DatabaseFaults.Sentence(e)));
        }
    }

    async Task<byte[]> MakeAsync(RunName[] runs, CancellationToken ct)
    {
        // The command's page does not name the jobs that are left out either.
        var evaluations = await EvaluationReader.ReadAsync(new(db), runs, dataset: null, _ => { }, ct);
        return Encoding.UTF8.GetBytes(
            await ReportBuilder.BuildAsync(db, evaluations, title: null, ReportBuilder.DefaultTrees, time.GetUtcNow(), ct));
    }

    static string Sentence(string message) => $"{char.ToUpperInvariant(message[0])}{message[1..]}.";
}
