using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Http;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>
/// Which problems were lost and won between two runs, or by a schedule's newest run: <c>/flips?first=7&amp;second=sweep:9</c>,
/// <c>/flips?schedule=nightly</c>. <c>/flips.json</c> is the same as JSON, and so is <c>/flips</c> for whoever accepts nothing else. While
/// a run is not named, the page lists runs to choose from.
/// </summary>
sealed class FlipRoutes(NpgsqlDataSource db, ReportPages pages, TimeProvider time)
{
    /// <summary>The most flips of a page, and of its JSON.</summary>
    public const int Most = 100;

    /// <summary>Relative to the worker's page: runs to choose two from.</summary>
    public const string Choice = "flips";

    const string JsonType = "application/json";

    const string Usage = "Name two runs, as in flips?first=7&second=8 or flips?first=sweep:3&second=sweep:9, or a schedule, as in "
        + "flips?schedule=nightly.";

    /// <summary>Runs to choose from, with this sweep chosen as the second one.</summary>
    public static string With(long sweepId) => $"{Choice}?second={new RunName(IsSweep: true, sweepId).Text}";

    /// <summary>What the schedule's newest run lost and won.</summary>
    public static string OfSchedule(string name) => $"{Choice}?schedule={Uri.EscapeDataString(name)}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/flips", (HttpRequest request, CancellationToken ct) => AnswerAsync(request, WantsJson(request), ct));
        routes.MapGet("/flips.json", (HttpRequest request, CancellationToken ct) => AnswerAsync(request, json: true, ct));
    }

    static bool WantsJson(HttpRequest request)
    {
        var accepted = request.Headers.Accept.ToString();
        return accepted.Contains(JsonType, StringComparison.OrdinalIgnoreCase)
            && !accepted.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    async Task<IResult> AnswerAsync(HttpRequest request, bool json, CancellationToken ct)
    {
        var (first, second, schedule) = (Run(request.Query["first"]), Run(request.Query["second"]), request.Query["schedule"].ToString());
        Func<CancellationToken, Task<byte[]>> make;
        if (schedule.Length > 0) make = making => OfScheduleAsync(schedule, json, making);
        else if (first is { } one && second is { } other) make = making => OfRunsAsync(one, other, json, making);
        else if (json || (first is null && Has(request, "first")) || (second is null && Has(request, "second")))
            return Reply.Sentence(StatusCodes.Status400BadRequest, Usage);
        else make = making => ChoiceAsync(first, second, making);
        var what = schedule.Length > 0 ? $"schedule {schedule}" : $"{first?.Text} {second?.Text}";
        return await PageAnswers.AnswerAsync(pages, $"flips {what}{(json ? " json" : "")}", make, "use 'rebase compare runs'",
            json ? PageAnswers.Json : PageAnswers.Html, ct);
    }

    async Task<byte[]> ChoiceAsync(RunName? first, RunName? second, CancellationToken ct) => Encoding.UTF8.GetBytes(
        FlipsPage.OfChoice(await new RunListStore(db).ReadAsync(ct), first, second, time.GetUtcNow(), ReportRoutes.OfSchedule));

    async Task<byte[]> OfRunsAsync(RunName first, RunName second, bool json, CancellationToken ct)
    {
        var runs = new FlipRuns(db);
        // The page says what it compares by the jobs' numbers.
        var report = await runs.ReadAsync(await runs.FindAsync(first.IsSweep, first.Id, _ => { }, ct),
            await runs.FindAsync(second.IsSweep, second.Id, _ => { }, ct), new(Most), ct);
        return json ? Written(flips => flips.Write(report)) : Page(report, null);
    }

    async Task<byte[]> OfScheduleAsync(string schedule, bool json, CancellationToken ct)
    {
        var night = await new NightReader(new(db), new(db)).ReadNewestAsync(schedule, Most, ct);
        return json ? Written(flips => flips.Write(night)) : Page(night.Report, night);
    }

    byte[] Page(FlipReport report, NightFlips? night) => Encoding.UTF8.GetBytes(
        FlipsPage.Of(report, night, time.GetUtcNow(), side => side.HasTree ? TreeOf(side) : null));

    static byte[] Written(Action<FlipJson> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) write(new(json, TreeOf));
        return buffer.ToArray();
    }

    static string TreeOf(FlipSide side) => TreeRoutes.Of(side.Job, side.Place);

    // A form without a choice sends an empty one.
    static bool Has(HttpRequest request, string name) => request.Query[name].ToString().Length > 0;

    static RunName? Run(string? name) => name is null ? null : RunName.Of(name);
}
