namespace RebaseBatch.Contracts;

/// <summary>How often one voting method was right, over the problems with a gold answer.</summary>
/// <param name="Aggregation">Null for the majority vote, which ignores scores.</param>
/// <param name="Correct">Problems whose answer by this vote is right.</param>
/// <param name="Graded">Answered problems with a gold answer, the failed ones included.</param>
public sealed record AccuracyRecord(VotingMethod Method, ScoreAggregation? Aggregation, int Correct, int Graded)
{
    /// <summary>0 to 1; 0 without a graded problem, because JSON has no NaN.</summary>
    public double Accuracy => Graded == 0 ? 0 : (double)Correct / Graded;
}
