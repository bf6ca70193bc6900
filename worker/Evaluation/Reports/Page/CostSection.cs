using System.Xml.Linq;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>What the policy costs and what the reward model costs, by operations and by time.</summary>
sealed class CostSection(MeasuredDataset evaluation, string prefix)
{
    sealed record Row(MeasuredPoint Point, string Name, double PolicyFlops, double RewardFlops, double? PolicySeconds,
        double? RewardSeconds);

    public Section Of()
    {
        var jobs = evaluation.Jobs.ToDictionary(job => job.JobId);
        Row[] rows =
        [
            .. from point in evaluation.OwnPoints
               let problems = point.Jobs.SelectMany(job => jobs[job].Graded).ToList()
               select new Row(point, $"{evaluation.Names.Policy(point.Series)}, {evaluation.Names.StrategyOf(point.Series)} {point.Width}",
                   problems.Average(p => p.PolicyEvaluatedFlops), problems.Average(p => p.RewardFlops),
                   problems.Average(p => p.PolicySeconds), problems.Average(p => p.RewardSeconds)),
        ];
        return new($"{prefix}cost", "Policy against reward model",
            Section.Text("What a problem costs on average, without problems that failed. Operations are 2 × parameters × tokens "
                + "that really went through each model, prompts and re-encoded tokens included. Device seconds are a problem's share, by "
                + "tokens, of the time in which each model decoded; they depend on the machine. Of a model on a server they are not "
                + "known."),
            Xhtml.Of("div", "panels",
                Chart("Operations", "FLOPs a problem", NumberText.Scientific, rows, row => row.PolicyFlops, row => row.RewardFlops),
                // Bars without length would look like a cost of nothing.
                rows.Any(row => row.PolicySeconds is not null || row.RewardSeconds > 0)
                    ? Chart("Device seconds", "seconds a problem", value => $"{value:0.###}", rows, row => row.PolicySeconds,
                        row => row.RewardSeconds)
                    : null),
            DataTable.Of<Row>($"{prefix}cost", "Cost of a problem", rows,
                new("policy", row => evaluation.Names.Policy(row.Point.Series)),
                new("strategy", row => evaluation.Names.StrategyOf(row.Point.Series)),
                new("width", row => row.Point.Width),
                new("policy_flops_evaluated", row => row.PolicyFlops, row => NumberText.Scientific(row.PolicyFlops)),
                new("reward_flops_evaluated", row => row.RewardFlops, row => NumberText.Scientific(row.RewardFlops)),
                new("reward_share", row => Share(row.PolicyFlops, row.RewardFlops),
                    row => NumberText.Percent(Share(row.PolicyFlops, row.RewardFlops))),
                new("policy_device_seconds", row => row.PolicySeconds, row => Seconds(row.PolicySeconds)),
                new("reward_device_seconds", row => row.RewardSeconds, row => Seconds(row.RewardSeconds)),
                new("jobs", row => string.Join(' ', row.Point.Jobs))).Folded());
    }

    static XElement Chart(string title, string axis, Func<double, string> label, IReadOnlyList<Row> rows, Func<Row, double?> policy,
        Func<Row, double?> reward)
    {
        BarChart chart = new(title, $"{rows.Count} bars", axis, label, [("policy", 0), ("reward model", 1)],
            [.. rows.Select(
                row => (row.Name,
                    (IReadOnlyList<BarPart>)[
                        new(policy(row) ?? 0, $"{row.Name}\npolicy: {label(policy(row) ?? 0)}{Unknown("reward model", reward(row))}"),
                        new(reward(row) ?? 0, $"{row.Name}\nreward model: {label(reward(row) ?? 0)}{Unknown("policy", policy(row))}")]))]);
        return Section.Chart(chart.Draw(), chart.Legend(), title);

        // A part of 0 is not drawn, so the other one tells it.
        static string Unknown(string model, double? value) => value is null ? $"\n{model}: not known, it is on a server" : "";
    }

    static string Seconds(double? seconds) => seconds is { } known ? NumberText.Seconds(known) : "";

    static double Share(double policy, double reward) => policy + reward > 0 ? reward / (policy + reward) : 0;
}
