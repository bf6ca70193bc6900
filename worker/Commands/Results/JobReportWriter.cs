using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Text;
using Spectre.Console;

namespace RebaseBatch.Commands.Results;

/// <summary>
/// Writes the reports of one or several jobs: for people side by side, in JSON an object for each, in CSV a row for each vote.
/// </summary>
/// <param name="location">The folder that file names start from.</param>
sealed class JobReportWriter(TextWriter output, OutputFormat format, string location, TimeProvider time)
{
    public void Write(IReadOnlyList<JobReport> reports)
    {
        switch (format)
        {
            case OutputFormat.Json when reports.Count == 1:
                Listing.WriteJson(output, json => WriteJson(json, reports[0]));
                break;
            case OutputFormat.Json:
                Listing.WriteJson(output, json =>
                {
                    json.WriteStartArray();
                    foreach (var report in reports) WriteJson(json, report);
                    json.WriteEndArray();
                });
                break;
            case OutputFormat.Csv:
                Csv.Write(output, reports.SelectMany(report => report.Accuracy.Select(vote => (report, vote))), s_votes);
                break;
            default:
                WriteTables(reports);
                break;
        }
    }

    static readonly Column<(JobReport Report, AccuracyRecord Vote)>[] s_votes =
    [
        new("job", row => row.Report.JobId),
        new("strategy", row => row.Report.Totals.Spec.Strategy),
        new("width", row => row.Report.Totals.Spec.Width),
        new("method", row => row.Vote.Method),
        new("aggregation", row => row.Vote.Aggregation),
        new("own", row => row.Report.IsOwnVote(row.Vote)),
        new("correct", row => row.Vote.Correct),
        new("graded", row => row.Vote.Graded),
        new("accuracy", row => row.Vote.Accuracy),
        new("sampled_tokens", row => row.Report.Totals.SampledTokens),
        new("policy_flops", row => row.Report.Totals.PolicyFlops),
        new("total_flops", row => row.Report.Totals.TotalFlops),
        new("saved_tokens_estimate", row => Saved(row.Report)),
        new("ended_early", row => EndedEarly(row.Report)),
        new("failed", row => row.Report.Totals.Failed),
        new("unanswered", row => row.Vote.Unanswered),
        new("low", row => Low(row.Vote)),
        new("high", row => High(row.Vote)),
        new("problems", row => row.Report.Totals.Problems),
    ];

    static readonly Column<AccuracyRecord>[] s_accuracy =
    [
        new("method", row => row.Method),
        new("aggregation", row => row.Aggregation),
        new("correct", row => row.Correct),
        new("graded", row => row.Graded),
        new("accuracy", row => row.Accuracy),
        new("unanswered", row => row.Unanswered),
        new("low", row => Low(row)),
        new("high", row => High(row)),
    ];

    static readonly Column<EarlyEndRecord>[] s_earlyEnds =
    [
        new("reason", row => row.Reason),
        new("problems", row => row.Problems),
    ];

    static readonly Column<UnansweredRecord>[] s_unanswered =
    [
        new("cause", row => row.Cause),
        new("problems", row => row.Problems),
        new("solutions", row => row.Solutions),
        new("of_solutions", row => row.OfSolutions),
    ];

    static readonly Column<BlobRow>[] s_files =
    [
        new("batch_no", row => row.BatchNo),
        new("kind", row => row.Kind),
        new("name", row => row.Name),
        new("sha256", row => row.Sha256),
        new("bytes", row => row.Bytes),
    ];

    /// <summary>What a model did for the job. The sampled tokens are missing here because they have their own line.</summary>
    static Column<JobReport>[] LedgerOf(string model, Func<JobReport, ModelTotals?> totals)
    {
        return
        [
            Tokens("prompt", sums => sums.PromptTokens), Tokens("evaluated", sums => sums.EvaluatedTokens),
            Tokens("reencoded", sums => sums.ReencodedTokens), Tokens("cached", sums => sums.CachedTokens),
            Tokens("discarded", sums => sums.DiscardedTokens),
            new($"{model}_device_seconds",
                row => totals(row)?.DeviceSeconds,
                row => Shown(row, sums => sums.DeviceSeconds is { } seconds ? HumanText.Seconds(seconds) : "")),
        ];

        Column<JobReport> Tokens(string kind, Func<ModelTotals, long?> count) => new($"{model}_{kind}_tokens",
            row => totals(row) is { } sums ? count(sums) : null,
            row => Shown(row, sums => count(sums) is { } tokens ? HumanText.Of(tokens) : ""));

        string Shown(JobReport row, Func<ModelTotals, string> text) => totals(row) is { } sums ? text(sums) : "";
    }

    Column<JobReport>[] Figures =>
    [
        new("job", row => row.JobId),
        new("name", row => row.Totals.Spec.Name),
        new("state", row => JobStateText.Of(row.Progress.State, row.Progress.CancelRequested, row.Totals.Failed),
            row => JobStateText.Shown(row.Progress.State, row.Progress.CancelRequested, row.Totals.Failed)),
        new("strategy", row => row.Totals.Spec.Strategy),
        new("width", row => row.Totals.Spec.Width),
        new("policy", row => row.Totals.Spec.Policy),
        new("reward", row => row.Totals.Spec.Reward),
        new("embedding_model", row => row.Totals.Spec.EmbeddingModel),
        new("problems", row => row.Totals.Problems),
        new("answered", row => row.Totals.Answered),
        new("failed", row => row.Totals.Failed, row => Failed(row.Totals.Failed)),
        new("unanswered", row => row.Totals.Unanswered),
        new("steps", row => row.Totals.Nodes, row => HumanText.Of(row.Totals.Nodes)),
        new("sampled_tokens", row => row.Totals.SampledTokens, row => HumanText.Of(row.Totals.SampledTokens)),
        new("saved_tokens_estimate",
            row => Saved(row), row => Saved(row) is { } saved ? HumanText.Of(saved) : "", "saved tokens (estimate)"),
        new("policy_flops", row => row.Totals.PolicyFlops, row => HumanText.Flops(row.Totals.PolicyFlops)),
        new("total_flops", row => row.Totals.TotalFlops, row => HumanText.Flops(row.Totals.TotalFlops)),
        .. LedgerOf("policy", row => row.Totals.Policy),
        .. LedgerOf("reward", row => row.Totals.Reward),
        .. LedgerOf("embedding", row => row.Totals.Embedding),
        new("search_seconds", row => row.Totals.SearchSeconds, row => HumanText.Seconds(row.Totals.SearchSeconds)),
        new("wall_seconds", row => row.WallSeconds(time), row => row.WallSeconds(time) is { } seconds ? HumanText.Seconds(seconds) : ""),
    ];

    void WriteJson(System.Text.Json.Utf8JsonWriter json, JobReport report)
    {
        json.WriteStartObject();
        Listing.WriteProperties(json, report, Figures);
        json.WriteStartArray("ended_early");
        foreach (var end in report.Totals.EndedEarly) Listing.WriteObject(json, end, s_earlyEnds);
        json.WriteEndArray();
        json.WriteStartArray("unanswered_causes");
        foreach (var cause in report.Totals.UnansweredCauses) Listing.WriteObject(json, cause, s_unanswered);
        json.WriteEndArray();
        json.WriteStartArray("accuracy");
        foreach (var vote in report.Accuracy) Listing.WriteObject(json, vote, s_accuracy);
        json.WriteEndArray();
        json.WriteString("files_location", location);
        json.WriteStartArray("files");
        foreach (var file in report.Files) Listing.WriteObject(json, file, s_files);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void WriteTables(IReadOnlyList<JobReport> reports)
    {
        var console = Consoles.ForData(output);
        var table = new FigureTable([.. reports.Select(report => $"job {report.JobId}")]);
        foreach (var figure in (Column<JobReport>[])[.. Figures.Skip(1), new("ended_early", EndedEarly)])
        {
            var cells = reports.Select(figure.Text).ToList();
            if (cells.Exists(cell => cell.Length > 0)) table.Add(figure.Heading, cells);
        }

        var accuracy = reports.SelectMany(report => report.Accuracy);
        var votes = accuracy.Select(vote => (vote.Method, vote.Aggregation)).Distinct().Order().ToList();
        if (votes.Count > 0)
        {
            table.AddEmpty();
            table.Add("accuracy by vote", reports.Select(Graded));
        }

        foreach (var vote in votes) table.Add($"  {Name(vote)}", reports.Select(report => Accuracy(report, vote)));
        table.WriteTo(console);
        if (votes.Count > 0)
            console.WriteLine("  * this vote gives the job's own answer; in brackets the 95 % interval of other problems of the same kind");
        console.WriteLine(
            "  policy flops count the tokens that the policy sampled, as the paper does; "
            + "total flops count all tokens that all models evaluated");
        foreach (var report in reports.Where(report => report.Totals.UnansweredCauses.Count > 0))
            console.WriteLine($"  unanswered in job {report.JobId}: {UnansweredText.Causes(report.Totals.UnansweredCauses)}");
        foreach (var report in reports.Where(report => report.Files.Count > 0))
            console.WriteLine($"  files of job {report.JobId}: {Folder(report)}");
    }

    static string Failed(int count) => count == 0 ? "0" : $"{HumanText.Of(count)}, left out of accuracy";

    /// <summary>Null for a job that never stops because of its vote: it saves nothing.</summary>
    static long? Saved(JobReport report) =>
        report.Totals.Spec is { StopWhenDecided: false, StopAtConfidence: null } ? null : report.Totals.SavedTokensEstimate;

    static string EndedEarly(JobReport report) => string.Join(", ", report.Totals.EndedEarly.Select(end => $"{end.Reason} {end.Problems}"));

    static string Name((VotingMethod Method, ScoreAggregation? Aggregation) vote) => vote.Method switch
    {
        VotingMethod.Majority => "majority",
        VotingMethod.Weighted => $"weighted, {InvariantText.Text(vote.Aggregation)}",
        _ => $"best of n, {InvariantText.Text(vote.Aggregation)}",
    };

    static string Accuracy(JobReport report, (VotingMethod, ScoreAggregation?) vote) =>
        report.Accuracy.FirstOrDefault(row => (row.Method, row.Aggregation) == vote) is { } found
            ? $"{(report.IsOwnVote(found) ? "* " : "")}{AccuracyText.Of(found.Correct, found.Graded)}"
            : "";

    /// <summary>How many problems the accuracy is of: a job that was cancelled or still runs has fewer than all.</summary>
    static string Graded(JobReport report) => report.Accuracy is [var vote, ..]
        ? AccuracyText.Graded(vote.Graded, report.Totals.Problems) : "";

    static double? Low(AccuracyRecord vote) => vote.Graded == 0 ? null : WilsonInterval.Of(vote.Correct, vote.Graded).Low;

    static double? High(AccuracyRecord vote) => vote.Graded == 0 ? null : WilsonInterval.Of(vote.Correct, vote.Graded).High;

    string Folder(JobReport report) => Path.Combine(location, Path.GetDirectoryName(report.Files[0].Name) ?? "");
}
