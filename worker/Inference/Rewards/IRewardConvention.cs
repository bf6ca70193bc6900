using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// How a process reward model wants a solution to be written, and where its score of a step is read. Made once per model and used by all
/// threads of its engines at once.
/// </summary>
interface IRewardConvention
{
    /// <summary>What is read from the model.</summary>
    ModelOutput Reads { get; }

    /// <summary>The tokens of the labels "good" and "bad" whose logits are the score; null in a convention without labels.</summary>
    (int Good, int Bad)? Labels => null;

    /// <summary>
    /// Tokens of the question and all steps. The last step is judged at the last token. The tokens of a solution's first steps are the
    /// beginning of the whole solution's tokens, so a new step costs only its own tokens.
    /// </summary>
    int[] Encode(string question, IReadOnlyList<string> steps);

    /// <summary>
    /// The last step's score, 0 to 1, from the model's output at the last token. <see cref="Reads"/> says which output that is.
    /// </summary>
    /// <exception cref="ModelFaultException">The output holds no finite numbers.</exception>
    double Read(ReadOnlySpan<float> output);
}
