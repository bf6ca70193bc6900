using System.Text;
using Npgsql;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The pages that <c>rebase report</c> writes, made when they are asked for.</summary>
sealed class ReportRoutes(NpgsqlDataSource db, ReportPages pages, TimeProvider time)
{
    /// <summary>As seen from the worker's page, like those of jobs and sweeps.</summary>
    public const string Newest = "reports/newest";

    const string Jobs = "reports/jobs/", Sweeps = "reports/sweeps/";

    // The page itself can say all but that it stands in no frame.
    static readonly string s_contentSecurityPolicy = $"{ReportPage.ContentSecurityPolicy}; frame-ancestors 'none'";

    public static string OfJob(long jobId) => $"{Jobs}{jobId}";

    public static string OfSweep(long sweepId) => $"{Sweeps}{sweepId}";

    public IEnumerable<Route> All() =>
    [
        new($"/{Newest}", ct => AnswerAsync(Newest, [], ct)),
        Route.Numbered($"/{Jobs}", (jobId, ct) => AnswerAsync(OfJob(jobId), [new(IsSweep: false, jobId)], ct)),
        Route.Numbered($"/{Sweeps}", (sweepId, ct) => AnswerAsync(OfSweep(sweepId), [new(IsSweep: true, sweepId)], ct)),
    ];

    async Task<Reply> AnswerAsync(string path, RunName[] runs, CancellationToken ct)
    {
        try
        {
            return await pages.GetAsync(path, making => MakeAsync(runs, making), ct) is { } page
                ? new(200, "text/html; charset=utf-8", page, s_contentSecurityPolicy)
                : Reply.Text(503, "Too many other reports are being made: ask again in a minute.");
        }
        catch (UserException e)
        {
            return Reply.Text(e.Code is ExitCode.NotFound ? 404 : 409, Sentence(e.Message));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return Reply.Text(503, $"The report was not made within {ReportPages.Patience.TotalSeconds:F0} s: ask again in a minute, or make it with 'rebase report'.");
        }
        catch (NpgsqlException e) when (DatabaseFaults.IsPassing(e) || DatabaseFaults.IsUnavailable(e))
        {
            return Reply.Text(503, Sentence(DatabaseFaults.Sentence(e)));
        }
    }

    async Task<byte[]> MakeAsync(RunName[] runs, CancellationToken ct)
    {
        // Jobs that are left out are not in the page of the command either.
        var evaluations = await EvaluationReader.ReadAsync(new(db), runs, dataset: null, _ => { }, ct);
        return Encoding.UTF8.GetBytes(await ReportBuilder.BuildAsync(db, evaluations, title: null, ReportBuilder.DefaultTrees, time.GetUtcNow(), ct));
    }

    static string Sentence(string message) => $"{char.ToUpperInvariant(message[0])}{message[1..]}.";
}
