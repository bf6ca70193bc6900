using System.Xml.Linq;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>What was run, and remarks on the figures.</summary>
sealed class HeaderSection(MeasuredDataset evaluation, string prefix)
{
    public Section Of() => new($"{prefix}runs", "What was run", Facts(), Models(), Jobs(), Remarks());

    XElement Facts()
    {
        var best = ParetoFront.Of(evaluation.Points, CostMeasure.Policy)[^1];
        return Xhtml.Of("dl", "facts",
            Fact("problems", $"{evaluation.Problems}"),
            Beside("failed, left out", evaluation.OwnPoints.Sum(point => point.Failed)),
            Beside("left unanswered", evaluation.OwnPoints.Sum(point => point.Unanswered)),
            Fact("searches", $"{evaluation.OwnPoints.Count()}"),
            Fact("points, every vote counted", $"{evaluation.Points.Count}"),
            Fact("most accurate", $"{NumberText.Percent(best.Accuracy.Value)} by {evaluation.Names.Of(best)}"),
            Fact("run", Span()));
    }

    static XElement Fact(string name, string value) => Xhtml.Of("div", null, Xhtml.Of("dt", null, name), Xhtml.Of("dd", null, value));

    static XElement? Beside(string name, int problems) => problems == 0 ? null : Fact(name, $"{problems}");

    string Span()
    {
        var first = evaluation.Jobs.Min(job => job.StartedAt);
        var last = evaluation.Jobs.Max(job => job.FinishedAt);
        return first is null || last is null ? "" : $"{first:yyyy-MM-dd HH:mm} to {last:yyyy-MM-dd HH:mm} UTC";
    }

    XElement Models()
    {
        var models = evaluation.Jobs.Select(job => (Role: "policy", Model: job.Policy))
            .Concat(evaluation.Jobs.Where(job => job.Reward is not null).Select(job => (Role: "reward", Model: job.Reward!)))
            .Distinct().ToList();
        var table = DataTable.Of<(string Role, MeasuredModel Model)>($"{prefix}models", "Models", models,
            new("role", row => row.Role),
            new("model", row => row.Model.Name),
            new("parameters", row => row.Model.Parameters,
                row => row.Model.Parameters.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)),
            new("sha256", row => row.Model.Sha256));
        return Xhtml.Of("div", "scrolled", table.Table);
    }

    XElement Jobs() => DataTable.Of<MeasuredJob>($"{prefix}jobs", "All jobs whose results are in the figures", evaluation.Jobs,
        new("job", job => job.JobId),
        new("name", job => job.Spec.Name),
        new("strategy", job => SeriesNames.Name(job.Spec.Strategy)),
        new("width", job => job.Spec.Width),
        new("policy", job => job.Policy.Name),
        new("reward", job => job.Reward?.Name),
        new("own_vote",
            job => VotingRule.OwnOf(job.Spec) is { Aggregation: { } aggregation } vote
                ? $"{SeriesNames.Name(vote.Method)}, {SeriesNames.Name(aggregation)}" : "majority"),
        new("temperature", job => job.Spec.Temperature),
        new("balance_temperature", job => job.Spec.Strategy is SearchStrategy.Rebase ? job.Spec.BalanceTemperature : null),
        new("beam_width", job => job.Spec.Strategy is SearchStrategy.Beam or SearchStrategy.Dvts ? job.Spec.BeamWidth : null),
        new("preset", job => SeriesNames.Name(job.Spec.Preset)),
        new("seed", job => job.Spec.Seed),
        new("right", job => job.Problems.Count(problem => problem.IsRight)),
        new("problems", job => job.Problems.Count),
        new("finished", job => job.FinishedAt is { } at ? $"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : ""),
        new("failed", job => job.Problems.Count(problem => problem.Failed)),
        new("unanswered", job => job.Problems.Count(problem => problem.Unanswered)),
        new("state", job => JobStateText.Of(job.State, cancelRequested: false, job.Failed),
            job => JobStateText.Shown(job.State, cancelRequested: false, job.Failed)),
        new("unanswered_causes", job => UnansweredText.Causes(job.UnansweredCauses)))
            .Folded("Jobs and their settings");

    XElement? Remarks() => evaluation.Remarks.Count == 0 ? null : Xhtml.Of("div", "remarks",
        Xhtml.Of("p", null, "About these figures:"),
        Xhtml.Of("ul", null, evaluation.Remarks.Select(remark => Xhtml.Of("li", null, remark))));
}
