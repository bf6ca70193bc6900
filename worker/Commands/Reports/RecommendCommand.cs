using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
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
        var flopsTotal = NumberOption.Real("--budget-flops-total", "FLOPs per problem of both models: the same as --budget with --total.");
        var seconds = NumberOption.Real("--budget-seconds", "Seconds per problem, on the hardware of the newest job or on --hardware.");
        var hardware = new Option<string?>("--hardware")
        {
            Description = "With --budget-seconds: the jobs that ran on this device. Give a part of its description, as in 'rebase results "
                + "show' (default: the device of the newest job).",
            HelpName = "TEXT",
        };
        var total = new Option<bool>("--total")
        {
            Description = "Count all tokens that the policy and the reward model evaluate, not only the tokens that the policy samples.",
        };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("recommend", """
            Shows the most accurate measured combination of policy, strategy, width and vote within a budget per problem: of FLOPs of the
            policy (--budget), of FLOPs of policy and reward model (--budget-flops-total), or of seconds (--budget-seconds). Seconds are
            those in which the devices decoded, if all jobs on the hardware have them, and else wall seconds. The command says on stderr
            which they are, and which jobs it leaves out because they ran elsewhere.
            It shows the accuracy with its 95 % interval, and what the next better combination costs. It also lists the combinations within
            the budget whose accuracy is not significantly different (sign-flip test over the same problems, McNemar's with one seed; p of
            0.05 or more), the cheapest first. Problems that failed are left out and counted. A combination that lacks more than a tenth of
            its problems is not recommended, unless every combination lacks so many.
            Example: rebase recommend --budget 1e15
            Example: rebase recommend --budget 5e8 --total sweep:3 --format json
            Example: rebase recommend --budget-seconds 0.5 --hardware H200
            """) { runs, budget, flopsTotal, seconds, hardware, dataset, total, format };
        command.SetAction((parsed, ct) => RunAsync(
            new(environment, parsed), parsed.GetValue(runs) ?? [], parsed.GetValue(dataset),
            BudgetArgument.Of(parsed.GetValue(budget), parsed.GetValue(flopsTotal), parsed.GetValue(seconds), parsed.GetValue(total),
                parsed.GetValue(hardware)),
            parsed.GetValue(format) ?? OutputFormat.Table, ct));
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string[] names, string? dataset, BudgetArgument budget, OutputFormat format, CancellationToken ct)
    {
        var basis = budget.Measure;
        await using var database = await context.OpenDatabaseAsync(ct);
        var evaluations = await RunArguments.EvaluateAsync(new(database.DataSource), names, dataset, context.WriteStderr, ct);
        if (evaluations is not [var evaluation])
        {
            throw new UserException(ExitCode.BadInput,
                $"these jobs are on {evaluations.Count} datasets ({string.Join(", ", evaluations.Select(e => e.Name))}), "
                + "and accuracies on different problems can't be compared: name the jobs of one dataset");
        }

        foreach (var remark in evaluation.Remarks) context.WriteStderr(remark);
        var points = Points(evaluation, budget, context.WriteStderr);
        if (Recommendation.Of(points, basis, budget.Amount) is not { } recommendation)
        {
            var cheapest = ParetoFront.Comparable(points).MinBy(point => point.Cost(basis))!;
            throw new UserException(ExitCode.NotFound,
                $"no measured combination costs {budget.Text(budget.Amount)} per problem or less: the cheapest is "
                    + $"{evaluation.Names.Of(cheapest)} with {budget.Text(cheapest.Cost(basis))} "
                    + $"({NumberText.Percent(cheapest.Accuracy.Value)} correct); run a smaller policy or a smaller width");
        }

        Listing.Write(context.Out, format, Rows(recommendation, evaluation.Names),
            new("role", row => row.Role, row => row.Role.Replace('_', ' '), Rank: Rank.Key),
            new("policy", row => row.Names.Policy(row.Point.Series), Rank: 1, Least: 12),
            new("reward", row => row.Names.Reward(row.Point.Series), Rank: 6, Least: 12),
            new("strategy", row => row.Names.StrategyOf(row.Point.Series), Rank: Rank.Key),
            new("width", row => row.Point.Width, Rank: Rank.Key),
            new("vote", row => SeriesNames.VoteOf(row.Point.Series), Rank: Rank.Key),
            new("accuracy", row => row.Point.Accuracy.Value, row => NumberText.Percent(row.Point.Accuracy.Value), Rank: Rank.Verdict),
            new("low", row => row.Point.Accuracy.Low, row => NumberText.Percent(row.Point.Accuracy.Low), Rank: 3),
            new("high", row => row.Point.Accuracy.High, row => NumberText.Percent(row.Point.Accuracy.High), Rank: 3),
            new("policy_flops", row => row.Point.PolicyFlops, row => HumanText.Flops(row.Point.PolicyFlops), Rank: 2),
            new("total_flops", row => row.Point.TotalFlops, row => HumanText.Flops(row.Point.TotalFlops), Rank: 4),
            new("p", row => row.P, row => row.P is { } p ? NumberText.Chance(p) : "", Rank: 4),
            new("jobs", row => string.Join(' ', row.Point.Jobs), Rank: 5),
            new("failed", row => row.Point.Failed),
            new("unanswered", row => row.Point.Unanswered),
            new("right", row => row.Point.Right),
            new("graded", row => row.Point.Graded),
            new("seconds", row => row.Point.Seconds, row => row.Point.Seconds is { } taken ? NumberText.Seconds(taken) : ""));
        context.WriteStderr(
            $"{points.Count} measured combinations on {evaluation.Problems} problems of {evaluation.Name}; intervals are 95 "
                + "% intervals over problems");
        if (recommendation.NextBetter is null) context.WriteStderr("no measured combination is better, at any cost");
        if (recommendation.Alike is [var first, ..] && first.Cost(basis) < recommendation.Best.Cost(basis))
            context.WriteStderr(
                $"{evaluation.Names.Of(first)} costs {budget.Text(first.Cost(basis))} and is not significantly different from the best "
                    + "on these problems");
        return (int)ExitCode.Ok;
    }

    static IReadOnlyList<MeasuredPoint> Points(MeasuredDataset evaluation, BudgetArgument budget, Action<string> writeStderr)
    {
        if (budget.Measure is not CostMeasure.Seconds) return evaluation.Points;
        var seconds = MeasuredSeconds.Of(evaluation, budget.Hardware) ?? throw new UserException(ExitCode.NotFound, budget.Hardware is null
            ? "of no job are both the machine and the seconds known: run the jobs again, or name a budget of FLOPs"
            : $"no job ran on '{budget.Hardware}' with known seconds: 'rebase results show' names the devices of a job");
        foreach (var reason in seconds.LeftOut) writeStderr(reason);
        writeStderr($"on {seconds.Hardware}, {seconds.Meaning}");
        return seconds.Points;
    }

    static List<Row> Rows(Recommendation recommendation, SeriesNames names)
    {
        var rows = new List<Row> { new("best", recommendation.Best, names, null) };
        if (recommendation.NextBetter is { } next) rows.Add(new("next_better", next, names, recommendation.Best.ChanceAgainst(next)));
        rows.AddRange(recommendation.Alike.Select(point =>
            new Row("not_distinguishable", point, names, recommendation.Best.ChanceAgainst(point))));
        return rows;
    }
}
