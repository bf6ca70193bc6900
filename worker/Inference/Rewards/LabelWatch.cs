using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// A convention that also keeps the probabilities of its labels among all tokens. The score does not show them: it is the share of the
/// good one in the two.
/// </summary>
sealed class LabelWatch(IRewardConvention convention) : IRewardConvention
{
    LabelShares? _last;

    public ModelOutput Reads => convention.Reads;

    public (int Good, int Bad)? Labels => convention.Labels;

    /// <summary>What the last output that was read says of the labels; null in a convention without labels.</summary>
    public LabelShares? Last => Volatile.Read(ref _last);

    public int[] Encode(string question, IReadOnlyList<string> steps) => convention.Encode(question, steps);

    public double Read(ReadOnlySpan<float> output)
    {
        var score = convention.Read(output);
        Volatile.Write(ref _last, Labels is var (good, bad) ? LabelShares.Of(output, good, bad) : null);
        return score;
    }
}
