using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using RebaseBatch.Evaluation.History;
using RebaseBatch.Evaluation.Reports;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The pages that <c>rebase report</c> writes, made on request.</summary>
sealed class ReportRoutes(NpgsqlDataSource db, ReportPages pages, TimeProvider time)
{
    /// <summary>Relative to the worker's page, like the paths of jobs and sweeps.</summary>
    public const string Newest = "reports/newest";

    const string Jobs = "reports/jobs/", Sweeps = "reports/sweeps/", Schedules = "reports/schedules/";

    public static string OfJob(long jobId) => $"{Jobs}{jobId}";

    public static string OfSweep(long sweepId) => $"{Sweeps}{sweepId}";

    /// <summary>The history of a schedule.</summary>
    public static string OfSchedule(string name) => $"{Schedules}{Uri.EscapeDataString(name)}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"/{Newest}", (CancellationToken ct) => AnswerAsync(Newest, [], ct));
        routes.MapGet($"/{Jobs}{{job:long:min(1)}}", (long job, CancellationToken ct) =>
            AnswerAsync(OfJob(job), [new(IsSweep: false, job)], ct));
        routes.MapGet($"/{Sweeps}{{sweep:long:min(1)}}", (long sweep, CancellationToken ct) =>
            AnswerAsync(OfSweep(sweep), [new(IsSweep: true, sweep)], ct));
        // The server decodes all of a path but its slashes.
        routes.MapGet($"/{Schedules}{{name}}", (string name, CancellationToken ct) =>
            AnswerOfScheduleAsync(name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), ct));
    }

    Task<IResult> AnswerAsync(string path, RunName[] runs, CancellationToken ct) => PageAnswers.AnswerAsync(
        pages, path, making => MakeAsync(runs, making), "make it with 'rebase report'", PageAnswers.Html, ct);

    Task<IResult> AnswerOfScheduleAsync(string name, CancellationToken ct) => PageAnswers.AnswerAsync(
        pages, OfSchedule(name), making => MakeHistoryAsync(name, making), "write it with 'rebase schedules history'",
        PageAnswers.Html, ct);

    async Task<byte[]> MakeHistoryAsync(string name, CancellationToken ct) => Encoding.UTF8.GetBytes(HistoryPage.Of(
        await new HistoryReader(db).ReadAsync(name, HistoryReader.DefaultNights, ct), time.GetUtcNow(), NightLinks.OnPage));

    async Task<byte[]> MakeAsync(RunName[] runs, CancellationToken ct)
    {
        // The command's page does not name the jobs that are left out either.
        var evaluations = await EvaluationReader.ReadAsync(new(db), runs, dataset: null, _ => { }, ct);
        return Encoding.UTF8.GetBytes(
            await ReportBuilder.BuildAsync(db, evaluations, title: null, ReportBuilder.DefaultTrees, time.GetUtcNow(), ct));
    }
}
