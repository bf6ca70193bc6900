using Microsoft.AspNetCore.Http;
using Npgsql;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Answers with a page that takes a while to make, or says in one sentence why there is none.</summary>
static class PageAnswers
{
    // A page can state its whole policy itself, except that it must stand in no frame.
    static readonly string s_contentSecurityPolicy = $"{ReportPage.ContentSecurityPolicy}; frame-ancestors 'none'";

    /// <param name="key">Of the page, in <paramref name="pages"/>.</param>
    /// <param name="otherwise">How else to get what the page has.</param>
    /// <param name="reply">The answer that carries what was made.</param>
    public static async Task<IResult> AnswerAsync(ReportPages pages, string key, Func<CancellationToken, Task<byte[]>> make,
        string otherwise, Func<byte[], IResult> reply, CancellationToken ct)
    {
        try
        {
            return await pages.GetAsync(key, make, ct) is { } page
                ? reply(page)
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
                $"The report was not made within {ReportPages.MakingTimeout.TotalSeconds:F0} s: ask again in a minute, or {otherwise}.");
        }
        catch (NpgsqlException e) when (DatabaseFaults.IsPassing(e) || DatabaseFaults.IsUnavailable(e))
        {
            return Reply.Sentence(StatusCodes.Status503ServiceUnavailable, Sentence(DatabaseFaults.Sentence(e)));
        }
    }

    public static IResult Html(byte[] page) => Reply.Page(page, s_contentSecurityPolicy);

    public static IResult Json(byte[] json) => Results.Bytes(json, "application/json; charset=utf-8");

    static string Sentence(string message) => $"{char.ToUpperInvariant(message[0])}{message[1..]}.";
}
