using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards.Heads;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// Skywork-o1-Open-PRM (SkyworkAI/skywork-o1-prm-inference): begin-of-sequence, the problem, a line break, then the solution. Each of its
/// lines ends in a line break that is a separate token. The score is sigmoid(v · h + b) of the hidden state at that token.
/// </summary>
sealed class SkyworkConvention : IRewardConvention
{
    public const string Name = "skywork";

    readonly ILanguageModel _model;
    readonly string _tag, _afterQuestion;
    readonly int _begin, _tagToken;
    readonly LinearLayer? _head;

    /// <param name="preset">Without a head it encodes only.</param>
    /// <exception cref="UserException">The line break is not one token of this model, it has no begin token, or the head does not fit
    /// it.</exception>
    public SkyworkConvention(ILanguageModel model, RewardPreset preset, string name)
    {
        var vocabulary = new ConventionVocabulary(model, Name, name);
        (_model, _tag, _afterQuestion) = (model, preset.Tag, preset.AfterQuestion);
        _tagToken = vocabulary.Only(preset.Tag, preset.TagId, "prm.step_tag_token_id");
        _begin = vocabulary.Begin();
        // A model on a server has its head there.
        if (preset.Head is null) return;
        using var file = SafetensorsFile.Open(preset.Head);
        _head = LinearLayer.Read(file, "v_head.summary", outputs: 1, inputs: model.Facts.Width);
    }

    public ModelOutput Reads => ModelOutput.HiddenState;

    public int[] Encode(string question, IReadOnlyList<string> steps)
    {
        var prompt = new TokenWriter(_model).Token(_begin).Text(question + _afterQuestion);
        foreach (var step in steps)
        {
            // Each line is tokenized separately, as in the authors' code. A step of several lines is judged at its last line.
            foreach (var line in step.Trim().Split(_tag)) prompt.Text(line).Token(_tagToken);
        }

        return prompt.ToArray();
    }

    public double Read(ReadOnlySpan<float> output)
    {
        if (_head is null) throw new InvalidOperationException("the head is on a server");
        Span<float> value = stackalloc float[1];
        _head.Apply(output, value);
        return Score.OfLogit(value[0]);
    }
}
