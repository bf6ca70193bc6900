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
            new("accuracy", row => point(row).Accuracy.Value, row => NumberText.Percent(point(row).Accuracy.Value)),
            new("low", row => point(row).Accuracy.Low, row => NumberText.Percent(point(row).Accuracy.Low)),
            new("high", row => point(row).Accuracy.High, row => NumberText.Percent(point(row).Accuracy.High)),
            new("policy_flops", row => point(row).PolicyFlops, row => NumberText.Scientific(point(row).PolicyFlops)),
            new("total_flops", row => point(row).TotalFlops, row => NumberText.Scientific(point(row).TotalFlops)),
            new("jobs", row => string.Join(' ', point(row).Jobs)),
            new("failed", row => point(row).Failed),
            new("unanswered", row => point(row).Unanswered),
            .. evaluation.Comparison is { Runs: var runs }
            ? [new DataColumn<T>("run", row => runs.NamesOf(point(row).Jobs))] : Array.Empty<DataColumn<T>>(),
        ];
    }
}
