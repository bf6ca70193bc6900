namespace RebaseBatch.Contracts;

/// <summary>How often one voting method was right, over the problems with a gold answer.</summary>
public sealed record AccuracyRecord(VotingMethod Method, ScoreAggregation? Aggregation, int Correct, int Graded)
{
    /// <summary>0 to 1; NaN without a graded problem is written as 0.</summary>
    public double Accuracy => Graded == 0 ? 0 : (double)Correct / Graded;
}
