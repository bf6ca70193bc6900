namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Which of two points is significantly better.</summary>
sealed class ComparisonSection(MeasuredDataset evaluation, string prefix)
{
    public Section? Of()
    {
        var own = evaluation.OwnPoints.ToList();
        // Two points of two sweeps are two cells: the other section compares those.
        var areTwoRuns = own.Count == 2 && evaluation.Comparison is null;
        var pairs = areTwoRuns ? PairComparison.Of([(own[0], own[1])]) : PairComparison.OfStrategies(own);
        if (pairs.Count == 0) return null;
        DataColumn<PairComparison>[] runs = areTwoRuns
            ? [new("first", pair => evaluation.Names.Of(pair.First)), new("second", pair => evaluation.Names.Of(pair.Second))]
            : [new("policy", pair => evaluation.Names.Policy(pair.First.Series)), new("first", pair => Search(pair.First)),
                new("second", pair => Search(pair.Second))];
        var oneSeed = pairs.All(pair => pair is { First.Jobs.Count: 1, Second.Jobs.Count: 1 });
        return new($"{prefix}comparison", areTwoRuns ? "Comparison of the two runs" : "Strategies compared at the same width",
            Section.Text("The gate's exact test over the same problems (the sign-flip test; with one seed it is McNemar's): only problems "
                + "that one of the two solved more often count, all seeds of a problem together. A problem that "
                + "failed in either is left out, and if that is more than a tenth of all, the two are not compared. The change is second "
                + "minus first in points, with its 95\u00a0% interval over problems. p is the "
                + "probability of so large a difference, in either direction, if neither is better; the adjusted p (Holm) takes into "
                + "account how many comparisons the table makes."),
            DataTable.Of<PairComparison>($"{prefix}comparison", "Paired comparisons", pairs,
            [
                .. runs,
                new("jobs", pair => $"{string.Join(' ', pair.First.Jobs)} / {string.Join(' ', pair.Second.Jobs)}"),
                new("first_accuracy", pair => pair.First.Accuracy.Value, pair => pair.First.AccuracyText),
                new("second_accuracy", pair => pair.Second.Accuracy.Value, pair => pair.Second.AccuracyText),
                new("only_first_right", pair => pair.Test?.FirstAhead) { OnPage = oneSeed },
                new("only_second_right", pair => pair.Test?.SecondAhead) { OnPage = oneSeed },
                new("first_more_often_right", pair => pair.Test?.FirstAhead) { OnPage = !oneSeed, InCsv = false },
                new("second_more_often_right", pair => pair.Test?.SecondAhead) { OnPage = !oneSeed, InCsv = false },
                new("change", pair => pair.Test?.Change.Value, pair => NumberText.Change(pair.Test?.Change)),
                new("change_low", pair => pair.Test?.Change.Low) { OnPage = false },
                new("change_high", pair => pair.Test?.Change.High) { OnPage = false },
                new("p", pair => pair.P, pair => NumberText.Chance(pair.P)),
                new("p_adjusted", pair => pair.Adjusted, pair => NumberText.Chance(pair.Adjusted)),
                new("verdict", Verdict),
                new("left_out", pair => pair.LeftOut),
            ]).Open());
    }

    string Search(MeasuredPoint point) => $"{evaluation.Names.StrategyOf(point.Series)} {point.Width}, {SeriesNames.VoteOf(point.Series)}";

    static string Verdict(PairComparison pair) => pair.LacksTooMany ? "not comparable: too many problems failed"
        : pair.Adjusted >= Recommendation.Significance ? "undecided"
        : pair.Test!.Change.Value < 0 ? "first is better"
        : "second is better";
}
