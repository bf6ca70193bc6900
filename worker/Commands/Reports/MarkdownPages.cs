using Npgsql;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Markdown;
using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Commands.Reports;

/// <summary>What <c>rebase report --format markdown</c> writes.</summary>
sealed class MarkdownPages(NpgsqlDataSource db)
{
    /// <summary>A verdict, and the first problems that were lost and won.</summary>
    /// <param name="report">The report of the run on the worker's page; null: it is not known.</param>
    public async Task<string> OfAsync(GateVerdict verdict, Uri? report, CancellationToken ct)
    {
        var compared = verdict.Cells.Where(cell => cell.Before is not null).ToList();
        return await WithFlipsAsync(VerdictSummary.Of(verdict, report),
            new("the baseline", [.. compared.SelectMany(cell => cell.BaselineJobs)]),
            new("the run", [.. compared.SelectMany(cell => cell.RunJobs)]), ct);
    }

    /// <summary>Measured jobs, and of two runs the first problems that were lost and won.</summary>
    public async Task<string> OfAsync(IReadOnlyList<MeasuredDataset> evaluations, string? title, CancellationToken ct)
    {
        var text = MarkdownReport.Of(evaluations, title);
        var comparison = evaluations.Select(MarkdownReport.ComparisonOf).FirstOrDefault(one => one is not null);
        return comparison is { Runs: var runs } ? await WithFlipsAsync(text, Of(runs.First), Of(runs.Second), ct) : text;
    }

    async Task<string> WithFlipsAsync(string text, FlipRun first, FlipRun second, CancellationToken ct)
    {
        if (first.Jobs.Count == 0 || second.Jobs.Count == 0) return text;
        var flips = await new FlipReader(new(db)).ReadAsync(first, second, new(FlipsMarkdown.MostFlips), ct);
        return text + FlipsMarkdown.Of(flips, VerdictSummary.Longest - text.Length);
    }

    static FlipRun Of(NamedRun run) => new($"{run.Name}", run.Jobs);
}
