using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Reports;

/// <summary>The budget that <c>rebase recommend</c> is given.</summary>
/// <param name="Amount">FLOPs or seconds a problem, above 0.</param>
/// <param name="Hardware">For seconds: a part of the description of the device; null for that of the newest job.</param>
sealed record BudgetArgument(CostMeasure Measure, double Amount, string? Hardware)
{
    /// <exception cref="UserException">BadInput: none, several, one that is not above 0, or options that exclude each other.</exception>
    public static BudgetArgument Of(double? policy, double? flopsTotal, double? seconds, bool total, string? hardware)
    {
        var given = new[]
        {
            ("--budget", total ? CostMeasure.Total : CostMeasure.Policy, policy), ("--budget-flops-total", CostMeasure.Total, flopsTotal),
            ("--budget-seconds", CostMeasure.Seconds, seconds),
        }.Where(one => one.Item3 is not null).ToList();
        if (given is not [var (name, measure, amount)])
        {
            throw new UserException(ExitCode.BadInput, given.Count == 0
                ? "no budget is given: name one with --budget, --budget-flops-total or --budget-seconds"
                : $"{string.Join(" and ", given.Select(one => one.Item1))} are given: a recommendation is for one budget");
        }

        if (!(amount > 0)) throw new UserException(ExitCode.BadInput, $"{name}: {amount} is not above 0");
        if (total && measure is CostMeasure.Seconds)
            throw new UserException(ExitCode.BadInput, "--total means FLOPs, and --budget-seconds seconds: leave out one of them");
        if (hardware is not null && measure is not CostMeasure.Seconds)
            throw new UserException(ExitCode.BadInput, "--hardware is for --budget-seconds: FLOPs are the same everywhere");
        return new(measure, amount.Value, hardware);
    }

    /// <summary><c>1.23 TFLOP</c>, <c>0.42 s</c></summary>
    public string Text(double amount) => Measure is CostMeasure.Seconds ? NumberText.Seconds(amount) : HumanText.Flops(amount);
}
