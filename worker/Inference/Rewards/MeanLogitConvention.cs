using System.Numerics.Tensors;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// The REBASE authors' reward model (thu-wyz/inference_scaling, hf_score.py): Math-Shepherd's text with a scalar head. The head's row was
/// copied to every row of the output matrix, so all logits at the tag mean the same, and the score is the sigmoid of their mean.
/// </summary>
sealed class MeanLogitConvention : IRewardConvention
{
    public const string Name = "mean-logit";

    readonly TaggedText _text;

    /// <exception cref="UserException">The tag is not one token of this model: it was trained on another convention.</exception>
    public MeanLogitConvention(ILanguageModel model, RewardPreset preset, string name) =>
        _text = new(model, preset, new(model, Name, name));

    public ModelOutput Reads => ModelOutput.Logits;

    public int[] Encode(string question, IReadOnlyList<string> steps) => _text.Encode(question, steps);

    public double Read(ReadOnlySpan<float> output) => Score.OfLogit(TensorPrimitives.Sum(output) / output.Length);
}
