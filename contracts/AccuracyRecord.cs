namespace RebaseBatch.Contracts;

/// <summary>How often one voting method was right, over the problems with a gold answer.</summary>
/// <param name="Aggregation">Null for the majority vote, which ignores scores.</param>
/// <param name="Correct">Problems whose answer by this vote is right.</param>
/// <param name="Graded">Answered problems with a gold answer, without the failed ones.</param>
public sealed record AccuracyRecord(VotingMethod Method, ScoreAggregation? Aggregation, int Correct, int Graded)
{
    /// <summary>
    /// Problems to which this vote has no answer, the failed ones not included; with a gold answer they are graded and not right.
    /// </summary>
    public int Unanswered { get; init; }

    /// <summary>0 to 1; 0 without a graded problem, because JSON has no NaN.</summary>
    public double Accuracy => Graded == 0 ? 0 : (double)Correct / Graded;
}
