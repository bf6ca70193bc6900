using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>The input of Math-Shepherd and of models like it: the question, then the steps, each with a tag after it.</summary>
sealed class TaggedText
{
    readonly ILanguageModel _model;
    readonly RewardPreset _preset;

    /// <exception cref="Errors.UserException">The tag is not one token of this model, or not the last one of a judged step.</exception>
    public TaggedText(ILanguageModel model, RewardPreset preset, ConventionVocabulary vocabulary)
    {
        (_model, _preset) = (model, preset);
        var tag = vocabulary.Only(preset.Tag, preset.TagId, "prm.step_tag_token_id");

        // The scoring relies on this: a judged step ends with the tag's token.
        if (Encode("1 + 1 = ?", ["Step 1: 1 + 1 = 2."]) is not [.., var last] || last != tag)
            throw vocabulary.Unfit($"a step does not end with the tag's token {tag} ('{preset.Tag}')");
    }

    public int[] Encode(string question, IReadOnlyList<string> steps)
    {
        var text = new System.Text.StringBuilder(_preset.BeforeQuestion).Append(question).Append(_preset.AfterQuestion);
        for (var i = 0; i < steps.Count; i++)
        {
            if (i > 0) text.Append(_preset.BetweenSteps);
            text.Append(Untagged(steps[i])).Append(_preset.BeforeTag).Append(_preset.Tag);
        }

        return _model.Tokenize(text.ToString(), addSpecial: true, parseSpecial: false);
    }

    /// <summary>
    /// The step without white space around it and without tags after it. A policy trained on tagged text writes its own tags, and a second
    /// tag would be judged as a step without content. A word that ends with the tag's letters is not a tag.
    /// </summary>
    ReadOnlySpan<char> Untagged(string step)
    {
        var text = step.AsSpan().Trim();
        while (text.EndsWith(_preset.Tag, StringComparison.Ordinal)
            && (text.Length == _preset.Tag.Length || !char.IsLetter(text[^(_preset.Tag.Length + 1)])))
            text = text[..^_preset.Tag.Length].TrimEnd();
        return text;
    }
}
