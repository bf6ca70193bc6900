using System.Globalization;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Rewards;

/// <summary>The tokens that a convention needs, looked up in a model's vocabulary when the model is loaded.</summary>
/// <param name="name">The model's name in the catalog, for error sentences.</param>
sealed class ConventionVocabulary(ILanguageModel model, string convention, string name)
{
    /// <summary>The token of <paramref name="text"/>, which must be exactly one token.</summary>
    /// <param name="stated">The token's id in the catalog entry; null when the entry states none.</param>
    /// <param name="key">The metadata key under which the model's file may state the id.</param>
    /// <exception cref="UserException">It is not one token, or not the stated one: the model was trained on another convention.</exception>
    public int Only(string text, int? stated = null, string? key = null)
    {
        var shown = text.Replace("\n", "\\n", StringComparison.Ordinal);
        var tokens = model.Tokenize(text, addSpecial: false, parseSpecial: true);
        // Sentencepiece vocabularies put their own space token in front of a text.
        if (tokens.Length is 0 or > 2) throw Unfit($"'{shown}' is {tokens.Length} of its tokens, not one");
        var token = tokens[^1];
        if (key is not null && int.TryParse(model.Metadata(key), out var id) && id != token)
            throw Unfit($"its file says that '{shown}' is token {id}, and its tokenizer gives token {token}");
        if (stated is not null && stated != token)
            throw Unfit($"its catalog entry says that '{shown}' is token {stated}, and its tokenizer gives token {token}");
        return tokens.Length == 1 || model.Piece(tokens[0]).SequenceEqual(" "u8)
            ? token : throw Unfit($"'{shown}' is two of its tokens, not one");
    }

    /// <summary>The token that begins a sequence, as the model's file states it.</summary>
    /// <exception cref="UserException">It states none.</exception>
    public int Begin() =>
        int.TryParse(model.Metadata("tokenizer.ggml.bos_token_id"), CultureInfo.InvariantCulture, out var id) && id >= 0
            && id < model.Facts.VocabularySize
            ? id
            : throw Unfit("its file states no token that begins a sequence (tokenizer.ggml.bos_token_id)");

    public UserException Unfit(string reason) => new(ExitCode.ModelUnusable,
        $"the model '{name}' is not a reward model of the convention {convention}: {reason}; name another reward model or its convention");
}
