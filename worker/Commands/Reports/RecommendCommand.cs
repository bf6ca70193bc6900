using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Reports;

/// <summary><c>rebase recommend</c>: which settings are best for a budget.</summary>
static class RecommendCommand
{
    sealed record Row(string Role, MeasuredPoint Point, SeriesNames Names, double? P);

    public static Command Create(ProcessEnvironment environment)
    {
        var runs = RunArguments.Create();
        var dataset = RunArguments.Dataset();
        var budget = NumberOption.Real("--budget", "FLOPs per problem, for example 1e15.");
        budget.Required = true;
        var total = new Option<bool>("--total")
        {
            Description = "Count all tokens that the policy and the reward model evaluate, not only the tokens that the policy samples.",
        };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("recommend", """
            Shows the most accurate measured combination of policy, strategy, width and vote within a budget of FLOPs per problem.
            It shows the accuracy with its 95 % interval, and what the next better combination costs. It also lists the combinations within
            the budget whose accuracy is not significantly different (McNemar's test over the same problems, p of 0.05 or more), the
            cheapest first. Problems that failed are left out and counted. A combination that lacks more than a tenth of its problems is not
            recommended, unless every combination lacks so many.
            Example: rebase recommend --budget 1e15
            Example: rebase recommend --budget 5e8 --total sweep:3 --format json
            """) { runs, budget, dataset, total, format };
        command.SetAction((parsed, ct) => RunAsync(
            new(environment, parsed), parsed.GetValue(runs) ?? [], parsed.GetValue(dataset), parsed.GetValue(budget) ?? 0,
            parsed.GetValue(total) ? CostMeasure.Total : CostMeasure.Policy, parsed.GetValue(format) ?? OutputFormat.Table, ct));
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string[] names, string? dataset, double budget, CostMeasure basis, OutputFormat format,
        CancellationToken ct)
    {
        if (!(budget > 0)) throw new UserException(ExitCode.BadInput, $"--budget: {budget} is not above 0");
        await using var database = await context.OpenDatabaseAsync(ct);
        var evaluations = await RunArguments.EvaluateAsync(new(database.DataSource), names, dataset, context.WriteStderr, ct);
        if (evaluations is not [var evaluation])
        {
            throw new UserException(ExitCode.BadInput,
                $"these jobs are on {evaluations.Count} datasets ({string.Join(", ", evaluations.Select(e => e.Name))}), "
                + "and accuracies on different problems can't be compared: name the jobs of one dataset");
        }

        foreach (var remark in evaluation.Remarks) context.WriteStderr(remark);
        if (Recommendation.Of(evaluation.Points, basis, budget) is not { } recommendation)
        {
            var cheapest = ParetoFront.Comparable(evaluation.Points).MinBy(point => point.Cost(basis))!;
            throw new UserException(ExitCode.NotFound,
                $"no measured combination costs {HumanText.Flops(budget)} per problem or less: the cheapest is "
                    + $"{evaluation.Names.Of(cheapest)} with {HumanText.Flops(cheapest.Cost(basis))} "
                    + $"({NumberText.Percent(cheapest.Accuracy.Value)} correct); run a smaller policy or a smaller width");
        }

        Listing.Write(context.Out, format, Rows(recommendation, evaluation.Names),
            new("role", row => row.Role, row => row.Role.Replace('_', ' ')),
            new("policy", row => row.Names.Policy(row.Point.Series)),
            new("reward", row => row.Names.Reward(row.Point.Series)),
            new("strategy", row => row.Names.StrategyOf(row.Point.Series)),
            new("width", row => row.Point.Width),
            new("vote", row => SeriesNames.VoteOf(row.Point.Series)),
            new("accuracy", row => row.Point.Accuracy.Value, row => NumberText.Percent(row.Point.Accuracy.Value)),
            new("low", row => row.Point.Accuracy.Low, row => NumberText.Percent(row.Point.Accuracy.Low)),
            new("high", row => row.Point.Accuracy.High, row => NumberText.Percent(row.Point.Accuracy.High)),
            new("policy_flops", row => row.Point.PolicyFlops, row => HumanText.Flops(row.Point.PolicyFlops)),
            new("total_flops", row => row.Point.TotalFlops, row => HumanText.Flops(row.Point.TotalFlops)),
            new("p", row => row.P, row => row.P is { } p ? NumberText.Chance(p) : ""),
            new("jobs", row => string.Join(' ', row.Point.Jobs)),
            new("failed", row => row.Point.Failed),
            new("unanswered", row => row.Point.Unanswered));
        context.WriteStderr(
            $"{evaluation.Points.Count} measured combinations on {evaluation.Problems} problems of {evaluation.Name}; intervals are 95 "
                + "% intervals over problems");
        if (recommendation.NextBetter is null) context.WriteStderr("no measured combination is better, at any cost");
        if (recommendation.Alike is [var first, ..] && first.Cost(basis) < recommendation.Best.Cost(basis))
            context.WriteStderr(
                $"{evaluation.Names.Of(first)} costs {HumanText.Flops(first.Cost(basis))} and is not significantly different from the best "
                    + "on these problems");
        return (int)ExitCode.Ok;
    }

    static List<Row> Rows(Recommendation recommendation, SeriesNames names)
    {
        var rows = new List<Row> { new("best", recommendation.Best, names, null) };
        if (recommendation.NextBetter is { } next) rows.Add(new("next_better", next, names, recommendation.Best.Against(next).TwoSided));
        rows.AddRange(recommendation.Alike.Select(point =>
            new Row("not_distinguishable", point, names, recommendation.Best.Against(point).TwoSided)));
        return rows;
    }
}
