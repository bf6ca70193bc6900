namespace RebaseBatch.Inference.Rewards;

/// <summary>The probabilities of a convention's two labels where a step is judged, among all tokens of the vocabulary.</summary>
sealed record LabelShares(double Good, double Bad)
{
    public double Both => Good + Bad;

    public static LabelShares Of(ReadOnlySpan<float> logits, int good, int bad)
    {
        var most = double.NegativeInfinity;
        foreach (var logit in logits) most = Math.Max(most, logit);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - most);
        return new(Math.Exp(logits[good] - most) / sum, Math.Exp(logits[bad] - most) / sum);
    }
}
