using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// Math-Shepherd (arXiv 2312.08935 and its model card): every step is followed by a tag, and the score is P(good) over
/// the two labels at that tag.
/// </summary>
sealed class MathShepherdConvention : IRewardConvention
{
    public const string Name = "math-shepherd";

    readonly TaggedText _text;
    readonly int _good, _bad;

    /// <exception cref="UserException">The tag or a label is not one token of this model: it was trained on another convention.</exception>
    public MathShepherdConvention(ILanguageModel model, RewardPreset preset, string name)
    {
        var vocabulary = new ConventionVocabulary(model, Name, name);
        _text = new(model, preset, vocabulary);
        _good = vocabulary.Only(preset.Good, preset.GoodId, "prm.good_token_id");
        _bad = vocabulary.Only(preset.Bad, preset.BadId, "prm.bad_token_id");
    }

    public ModelOutput Reads => ModelOutput.Logits;

    public (int Good, int Bad)? Labels => (_good, _bad);

    public int[] Encode(string question, IReadOnlyList<string> steps) => _text.Encode(question, steps);

    // softmax over the two labels only: the other logits are untrained at a tag.
    public double Read(ReadOnlySpan<float> output) => Score.OfLabels(output[_good], output[_bad]);
}
