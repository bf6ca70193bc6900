using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>The solution that stands for a job's answer. Pure.</summary>
static class BestSolution
{
    /// <summary>
    /// Of the candidates that gave the job's answer, the one with the highest score; the first of several. Of a problem that the model
    /// left unanswered, the one with the highest score of all.
    /// </summary>
    /// <param name="candidates">In order of their nodes.</param>
    /// <returns>Null: no solution finished.</returns>
    public static CandidateRecord? Of(IReadOnlyList<CandidateRecord> candidates, string? answer, ScoreAggregation aggregation)
    {
        var key = answer is null ? null : AnswerReading.Of(answer).Key;
        return candidates.Where(candidate => key is null || (candidate.Answer is { } own && AnswerReading.Of(own).Key == key))
            .MaxBy(candidate => ScoreAggregator.Aggregate(candidate.StepScores, aggregation));
    }

    /// <returns>0 to 1; null without a reward model.</returns>
    public static double? ScoreOf(CandidateRecord candidate, ScoreAggregation aggregation) =>
        candidate.StepScores.Count == 0 ? null : ScoreAggregator.Aggregate(candidate.StepScores, aggregation);
}
