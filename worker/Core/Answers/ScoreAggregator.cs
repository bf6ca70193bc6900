using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Answers;

/// <summary>Combines the scores of a solution's steps into the score of the solution.</summary>
static class ScoreAggregator
{
    /// <returns>0 to 1 for scores of 0 to 1; 0 without any score: such a solution never outweighs a scored one.</returns>
    public static double Aggregate(IReadOnlyList<double> scores, ScoreAggregation aggregation) => scores.Count == 0 ? 0 : aggregation switch
    {
        ScoreAggregation.Last => scores[^1],
        ScoreAggregation.Min => scores.Min(),
        ScoreAggregation.Mean => scores.Average(),
        ScoreAggregation.Product => scores.Aggregate(1.0, (product, score) => product * score),
        _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "no such aggregation"),
    };
}
