using System.Numerics.Tensors;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards.Heads;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// Qwen2.5-Math-PRM (its model card): a chat whose answer is the steps, with a token &lt;extra_0&gt; after each. The score is class 1 of
/// softmax(Linear(ReLU(Linear(h)))) over the hidden state at that token.
/// </summary>
sealed class QwenPrmConvention : IRewardConvention
{
    public const string Name = "qwen-math-prm";
    const string System = "Please reason step by step, and put your final answer within \\boxed{}.";

    readonly ILanguageModel _model;
    readonly int _start, _end, _tag;
    readonly LinearLayer? _inner, _outer;

    /// <param name="preset">Without a head it encodes only.</param>
    /// <exception cref="UserException">A control token of Qwen or the tag is not one token of this model, or the head does not fit
    /// it.</exception>
    public QwenPrmConvention(ILanguageModel model, RewardPreset preset, string name)
    {
        var vocabulary = new ConventionVocabulary(model, Name, name);
        _model = model;
        _start = vocabulary.Only("<|im_start|>");
        _end = vocabulary.Only("<|im_end|>");
        _tag = vocabulary.Only(preset.Tag, preset.TagId, "prm.step_tag_token_id");
        // A model on a server has its head there.
        if (preset.Head is null) return;
        using var file = SafetensorsFile.Open(preset.Head);
        var width = model.Facts.Width;
        _inner = LinearLayer.Read(file, "score.0", outputs: width, inputs: width);
        _outer = LinearLayer.Read(file, "score.2", outputs: 2, inputs: width);
    }

    public ModelOutput Reads => ModelOutput.HiddenState;

    public int[] Encode(string question, IReadOnlyList<string> steps)
    {
        var prompt = new TokenWriter(_model)
            .Token(_start).Text("system\n" + System).Token(_end).Text("\n")
            .Token(_start).Text("user\n" + question).Token(_end).Text("\n")
            .Token(_start);
        for (var i = 0; i < steps.Count; i++) prompt.Text((i == 0 ? "assistant\n" : "") + steps[i].Trim()).Token(_tag);
        return prompt.ToArray();
    }

    public double Read(ReadOnlySpan<float> output)
    {
        if (_inner is null || _outer is null) throw new InvalidOperationException("the head is on a server");
        var inner = new float[_inner.Outputs];
        _inner.Apply(output, inner);
        TensorPrimitives.Max(inner, 0f, inner);
        Span<float> classes = stackalloc float[2];
        _outer.Apply(inner, classes);
        return Score.OfLabels(good: classes[1], bad: classes[0]);
    }
}
