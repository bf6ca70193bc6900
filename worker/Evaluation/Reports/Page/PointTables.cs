namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Points as rows.</summary>
static class PointTables
{
    public static DataTable Of(string file, string caption, MeasuredDataset evaluation, IReadOnlyList<MeasuredPoint> points) =>
        DataTable.Of(file, caption, points, Columns<MeasuredPoint>(evaluation, point => point));

    public static IReadOnlyList<DataColumn<T>> Columns<T>(MeasuredDataset evaluation, Func<T, MeasuredPoint> point)
    {
        var names = evaluation.Names;
        return
        [
            new("policy", row => names.Policy(point(row).Series)),
            new("strategy", row => names.StrategyOf(point(row).Series)),
            new("width", row => point(row).Width),
            new("vote", row => SeriesNames.VoteOf(point(row).Series)),
            new("accuracy", row => point(row).Accuracy.Value, row => point(row).AccuracyText),
            new("low", row => point(row).Accuracy.Low) { OnPage = false },
            new("high", row => point(row).Accuracy.High) { OnPage = false },
            new("policy_flops", row => point(row).PolicyFlops, row => NumberText.Scientific(point(row).PolicyFlops)),
            new("total_flops", row => point(row).TotalFlops, row => NumberText.Scientific(point(row).TotalFlops)),
            new("jobs", row => string.Join(' ', point(row).Jobs)),
            new("failed", row => point(row).Failed),
            new("unanswered", row => point(row).Unanswered),
            new("right", row => point(row).Right) { OnPage = false },
            new("graded", row => point(row).Graded) { OnPage = false },
            .. evaluation.Comparison is { Runs: var runs }
            ? [new DataColumn<T>("run", row => runs.NamesOf(point(row).Jobs))] : Array.Empty<DataColumn<T>>(),
        ];
    }
}
