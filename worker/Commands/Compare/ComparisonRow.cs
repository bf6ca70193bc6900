using RebaseBatch.Commands.Results;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports;

namespace RebaseBatch.Commands.Compare;

/// <summary>One strategy under one vote.</summary>
/// <param name="Strategy">With the settings that make another search of it.</param>
/// <param name="PolicyFlops">FLOPs of the policy per problem, for sampled tokens.</param>
/// <param name="TotalFlops">FLOPs of both models per problem, for evaluated tokens.</param>
sealed record ComparisonRow(string Strategy, int Width, string Vote, int Correct, int Graded, double PolicyFlops, double TotalFlops)
{
    /// <summary>Problems whose result is an error; nothing else in the row counts them.</summary>
    public required int Failed { get; init; }

    /// <summary>All problems of the job; more than are graded if it was cancelled.</summary>
    public required int Problems { get; init; }

    /// <summary>Problems to which this vote has no answer; they are not right.</summary>
    public required int Unanswered { get; init; }

    /// <summary>What the stop at a confidence did; null for a strategy that does not stop so.</summary>
    public EarlyStopEffect? Stop { get; init; }

    public double Accuracy => Graded == 0 ? 0 : (double)Correct / Graded;
    public WilsonInterval Interval => WilsonInterval.Of(Correct, Graded);

    /// <summary>The paper's votes: majority, weighted and best-of-n by the last step's score.</summary>
    public static IEnumerable<ComparisonRow> Of(JobReport report, EarlyStopEffect? stop = null)
    {
        var (spec, problems) = (report.Totals.Spec, Math.Max(1, report.Totals.Answered - report.Totals.Failed));
        return from vote in report.Accuracy
               where vote.Aggregation is null or ScoreAggregation.Last
               select new ComparisonRow(StrategyVariant.NameOf(spec), spec.Width,
                   spec.Strategy is SearchStrategy.Greedy ? "single" : EnumOption.Name(vote.Method), vote.Correct, vote.Graded,
                   report.Totals.PolicyFlops / problems, report.Totals.TotalFlops / problems)
               { Failed = report.Totals.Failed, Problems = report.Totals.Problems, Unanswered = vote.Unanswered, Stop = stop };
    }
}
