using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>A sampling job that stopped early beside the same one that did not, by the majority's answers.</summary>
/// <param name="Whole">Number of the job that did not stop.</param>
/// <param name="Problems">Those that failed in neither.</param>
/// <param name="Changed">Of them, those with another answer.</param>
/// <param name="Lost">Of them, those that only the job that did not stop has right.</param>
/// <param name="Won">Of them, those that only the job that stopped has right.</param>
/// <param name="SampledShare">The tokens sampled by the job that stopped, as a share of the other's; 0 to 1 or a little more.</param>
sealed record StopComparison(long Whole, int Problems, int Changed, int Lost, int Won, double SampledShare)
{
    static readonly VotingRule s_majority = new(VotingMethod.Majority, null);

    public static StopComparison Of(MeasuredJob stopped, MeasuredJob whole)
    {
        var pairs = stopped.Problems.Zip(whole.Problems).Where(pair => pair is { First.Failed: false, Second.Failed: false }).ToList();
        var sampled = pairs.Sum(pair => pair.Second.PolicyFlops);
        return new(whole.JobId, pairs.Count,
            pairs.Count(pair => KeyOf(pair.First) != KeyOf(pair.Second)),
            pairs.Count(pair => !IsRight(pair.First) && IsRight(pair.Second)),
            pairs.Count(pair => IsRight(pair.First) && !IsRight(pair.Second)),
            sampled > 0 ? pairs.Sum(pair => pair.First.PolicyFlops) / sampled : 1);
    }

    public string Text =>
        $"beside job {Whole}, the same without the stop, it sampled {NumberText.Percent(SampledShare)} of the tokens, and {Changed} of "
            + $"{Problems} answers differ ({Lost} lost, {Won} won)";

    static bool IsRight(MeasuredProblem problem) => problem.RightVotes.Contains(s_majority);

    static string? KeyOf(MeasuredProblem problem) => problem.MajorityAnswer is { } answer ? AnswerKey.Of(answer) : null;
}
