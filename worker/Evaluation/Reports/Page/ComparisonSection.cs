namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Which of two was really better.</summary>
sealed class ComparisonSection(MeasuredDataset evaluation, string prefix)
{
    public Section? Of()
    {
        var own = evaluation.OwnPoints.ToList();
        // Two points of two sweeps are two cells, and not what is to be compared.
        var areTwoRuns = own.Count == 2 && evaluation.Comparison is null;
        var pairs = areTwoRuns ? PairComparison.Of([(own[0], own[1])]) : PairComparison.OfStrategies(own);
        if (pairs.Count == 0) return null;
        DataColumn<PairComparison>[] runs = areTwoRuns
            ? [new("first", pair => evaluation.Names.Of(pair.First)), new("second", pair => evaluation.Names.Of(pair.Second))]
            : [new("policy", pair => evaluation.Names.Policy(pair.First.Series)), new("first", pair => Search(pair.First)), new("second", pair => Search(pair.Second))];
        return new($"{prefix}comparison", areTwoRuns ? "Comparison of the two runs" : "Strategies compared at the same width",
            Section.Text("McNemar's exact test over the same problems: only those that one run alone was right about tell the two apart. p is the chance of so great a difference, either way, if neither is better; the adjusted one (Holm) takes into account how many comparisons the table makes. Where a strategy was run with several seeds, a problem counts for the run that was right about it more often."),
            DataTable.Of<PairComparison>($"{prefix}comparison", "Paired comparisons", pairs,
            [
                .. runs,
                new("jobs", pair => $"{string.Join(' ', pair.First.Jobs)} / {string.Join(' ', pair.Second.Jobs)}"),
                new("first_accuracy", pair => pair.First.Accuracy.Value, pair => NumberText.Percent(pair.First.Accuracy.Value)),
                new("second_accuracy", pair => pair.Second.Accuracy.Value, pair => NumberText.Percent(pair.Second.Accuracy.Value)),
                new("only_first_right", pair => pair.Test.OnlyFirst),
                new("only_second_right", pair => pair.Test.OnlySecond),
                new("p", pair => pair.Test.TwoSided, pair => NumberText.Chance(pair.Test.TwoSided)),
                new("p_adjusted", pair => pair.Adjusted, pair => NumberText.Chance(pair.Adjusted)),
                new("verdict", Verdict),
            ]).Open());
    }

    string Search(MeasuredPoint point) => $"{evaluation.Names.StrategyOf(point.Series)} {point.Width}, {SeriesNames.VoteOf(point.Series)}";

    static string Verdict(PairComparison pair) => pair.Adjusted >= Recommendation.Significance ? "undecided"
        : pair.Test.OnlyFirst > pair.Test.OnlySecond ? "first is better" : "second is better";
}
