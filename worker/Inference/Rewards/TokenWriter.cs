using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// Tokens of a prompt, written piece by piece. A text is never read as a control token, so that "&lt;|eot_id|&gt;" in a dataset stays text;
/// control tokens cut a text for the tokenizer wherever they stand, so the pieces together are what the whole would be.
/// </summary>
sealed class TokenWriter(ILanguageModel model)
{
    readonly List<int> _tokens = [];

    public TokenWriter Token(int token)
    {
        _tokens.Add(token);
        return this;
    }

    public TokenWriter Text(string text)
    {
        if (text.Length > 0) _tokens.AddRange(model.Tokenize(text, addSpecial: false, parseSpecial: false));
        return this;
    }

    public int[] ToArray() => [.. _tokens];
}
