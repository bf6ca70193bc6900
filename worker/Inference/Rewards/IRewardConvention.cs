namespace RebaseBatch.Inference.Rewards;

/// <summary>How a process reward model wants a solution written and where it says what it thinks of a step.</summary>
interface IRewardConvention
{
    /// <summary>Tokens of the question and all steps; the last token is the one at which the last step is judged.</summary>
    int[] Encode(string question, IReadOnlyList<string> steps);

    /// <summary>The last step's score, 0 to 1, from the logits at the last token.</summary>
    double Read(ReadOnlySpan<float> logits);
}
