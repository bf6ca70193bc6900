using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// How a process reward model wants a solution written and where it says what it thinks of a step. Made once a model and used by all of
/// its engines' threads at once.
/// </summary>
interface IRewardConvention
{
    /// <summary>What the model is read by.</summary>
    ModelOutput Reads { get; }

    /// <summary>
    /// Tokens of the question and all steps; the last token is the one at which the last step is judged. The tokens of a solution's first
    /// steps begin those of the whole, so that a new step costs only its own.
    /// </summary>
    int[] Encode(string question, IReadOnlyList<string> steps);

    /// <summary>The last step's score, 0 to 1, from what <see cref="Reads"/> names at the last token.</summary>
    /// <exception cref="ModelFaultException">The output holds no finite numbers.</exception>
    double Read(ReadOnlySpan<float> output);
}
