using RebaseBatch.Errors;
using RebaseBatch.Inference.Engine;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// Math-Shepherd (arXiv 2312.08935 and its model card): every step is followed by a tag, and the score is P(good) over
/// the two labels at that tag.
/// </summary>
sealed class MathShepherdConvention : IRewardConvention
{
    readonly ILanguageModel _model;
    readonly RewardPreset _preset;
    readonly int _tag, _good, _bad;

    /// <exception cref="UserException">The tag or a label is not one token of this model: it was trained on another convention.</exception>
    public MathShepherdConvention(ILanguageModel model, RewardPreset preset, string name)
    {
        (_model, _preset) = (model, preset);
        _tag = Only(preset.Tag, "prm.step_tag_token_id");
        _good = Only(preset.Good, "prm.good_token_id");
        _bad = Only(preset.Bad, "prm.bad_token_id");

        // What the scoring relies on: a judged step ends with the tag's token.
        if (Encode("1 + 1 = ?", ["Step 1: 1 + 1 = 2."]) is not [.., var last] || last != _tag)
            throw Unfit($"a step does not end with the tag's token {_tag} ('{preset.Tag}')");

        int Only(string text, string key)
        {
            var stated = int.TryParse(model.Metadata(key), out var id) ? id : (int?)null;
            var tokens = model.Tokenize(text, addSpecial: false, parseSpecial: true);
            // Sentencepiece vocabularies put a space token of their own in front of a text.
            if (tokens.Length is 0 or > 2) throw Unfit($"'{text}' is {tokens.Length} of its tokens, not one");
            if (stated is not null && stated != tokens[^1]) throw Unfit($"its file says that '{text}' is token {stated}, and its tokenizer makes it {tokens[^1]}");
            if (tokens.Length == 2 && !model.Piece(tokens[0]).SequenceEqual(" "u8)) throw Unfit($"'{text}' is two of its tokens, not one");
            return tokens[^1];
        }

        UserException Unfit(string reason) => new(ExitCode.ModelUnusable,
            $"the model '{name}' is no reward model of the convention math-shepherd: {reason}; name another reward model or its convention");
    }

    public int[] Encode(string question, IReadOnlyList<string> steps)
    {
        var text = new System.Text.StringBuilder(question).Append(_preset.AfterQuestion);
        for (var i = 0; i < steps.Count; i++)
        {
            if (i > 0) text.Append(_preset.BetweenSteps);
            text.Append(Untagged(steps[i])).Append(' ').Append(_preset.Tag);
        }

        return _model.Tokenize(text.ToString(), addSpecial: true, parseSpecial: false);
    }

    /// <summary>
    /// The step without white space around it and without tags behind it: a policy trained on tagged text writes its own, and
    /// a second one would be judged as a step of no content. A word that ends with the tag's letters is none.
    /// </summary>
    ReadOnlySpan<char> Untagged(string step)
    {
        var text = step.AsSpan().Trim();
        while (text.EndsWith(_preset.Tag, StringComparison.Ordinal) && (text.Length == _preset.Tag.Length || !char.IsLetter(text[^(_preset.Tag.Length + 1)])))
            text = text[..^_preset.Tag.Length].TrimEnd();
        return text;
    }

    public double Read(ReadOnlySpan<float> logits)
    {
        // softmax over the two labels only: the other logits are untrained at a tag.
        var score = 1 / (1 + Math.Exp((double)logits[_bad] - logits[_good]));
        return double.IsFinite(score) ? score : throw new ModelFaultException($"the reward model's logits hold {logits[_good]} and {logits[_bad]}");
    }
}
