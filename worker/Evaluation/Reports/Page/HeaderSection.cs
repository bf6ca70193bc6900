using System.Globalization;
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
            Fact("most accurate", $"{best.AccuracyText} by {evaluation.Names.Of(best)}"),
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
                row => row.Model.Parameters.ToString("N0", CultureInfo.InvariantCulture)),
            new("sha256", row => row.Model.Sha256));
        return table.Scrolled();
    }

    XElement Jobs() => DataTable.Of<MeasuredJob>($"{prefix}jobs", "All jobs whose results are in the figures", evaluation.Jobs,
        new("job", job => job.JobId),
        new("name", job => job.Spec.Name),
        new("models", job => job.Reward is null ? job.Policy.Name : $"{job.Policy.Name} with {job.Reward.Name}") { InCsv = false },
        new("search", job => $"{StrategyVariant.NameOf(job.Spec)} {job.Spec.Width}, {OwnVote(job.Spec)}") { InCsv = false },
        new("settings", job => Settings(job.Spec)) { InCsv = false },
        Aside("strategy", job => SeriesNames.Name(job.Spec.Strategy)),
        Aside("width", job => job.Spec.Width),
        Aside("policy", job => job.Policy.Name),
        Aside("reward", job => job.Reward?.Name),
        Aside("own_vote", job => OwnVote(job.Spec)),
        Aside("temperature", job => job.Spec.Temperature),
        Aside("balance_temperature",
            job => job.Spec.Strategy is SearchStrategy.Rebase or SearchStrategy.Dora ? job.Spec.BalanceTemperature : null),
        Aside("beam_width", job => job.Spec.Strategy is SearchStrategy.Beam or SearchStrategy.Dvts ? job.Spec.BeamWidth : null),
        Aside("lookahead", job => job.Spec.Strategy is SearchStrategy.Beam ? job.Spec.Lookahead : null),
        Aside("score_every", job => job.Spec.Strategy is SearchStrategy.Beam or SearchStrategy.Rebase ? job.Spec.ScoreEvery : null),
        Aside("stop_at_confidence", job => job.Spec.StopAtConfidence),
        Aside("preset", job => SeriesNames.Name(job.Spec.Preset)),
        Aside("seed", job => job.Spec.Seed),
        new("right", job => job.Problems.Count(problem => problem.IsRight), job => job.AccuracyText),
        Aside("problems", job => job.Problems.Count),
        new("finished", job => job.FinishedAt is { } at ? $"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "",
            job => job.FinishedAt is { } at ? $"{at.UtcDateTime:yyyy-MM-dd HH:mm}" : ""),
        new("failed", job => job.Problems.Count(problem => problem.Failed)),
        new("unanswered", job => job.Problems.Count(problem => problem.Unanswered)),
        new("state", job => JobStateText.Of(job.State, cancelRequested: false, job.Failed),
            job => JobStateText.Shown(job.State, cancelRequested: false, job.Failed)),
        new("unanswered_causes", job => UnansweredText.Causes(job.UnansweredCauses)))
            .Folded("Jobs and their settings");

    static DataColumn<MeasuredJob> Aside(string name, Func<MeasuredJob, object?> value) => new(name, value) { OnPage = false };

    static string OwnVote(JobSpec spec) => VotingRule.OwnOf(spec) is { Aggregation: { } aggregation } vote
        ? $"{SeriesNames.Name(vote.Method)}, {SeriesNames.Name(aggregation)}" : "majority";

    static string Settings(JobSpec spec) => string.Create(CultureInfo.InvariantCulture, $"temperature {spec.Temperature}")
        + (spec.Strategy is SearchStrategy.Rebase or SearchStrategy.Dora
            ? string.Create(CultureInfo.InvariantCulture, $", balance temperature {spec.BalanceTemperature}") : "")
        + (spec.Strategy is SearchStrategy.Beam or SearchStrategy.Dvts ? $", beam width {spec.BeamWidth}" : "")
        + (spec.Strategy is SearchStrategy.Dora ? $", steps compared by {SeriesNames.Name(spec.DoraKey)}" : "")
        + $", {SeriesNames.Name(spec.Preset)}, seed {spec.Seed}";

    XElement? Remarks() => evaluation.Remarks.Count == 0 ? null : Xhtml.Of("div", "remarks",
        Xhtml.Of("p", null, "About these figures:"),
        Xhtml.Of("ul", null, evaluation.Remarks.Select(remark => Xhtml.Of("li", null, remark))));
}
