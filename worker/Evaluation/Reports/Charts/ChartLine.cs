namespace RebaseBatch.Evaluation.Reports.Charts;

/// <param name="Connected">False for values between which nothing lies.</param>
sealed record ChartLine(string Name, SeriesStyle Style, IReadOnlyList<ChartPoint> Points, bool Connected = true);
