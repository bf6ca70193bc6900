using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// Tokens of a prompt, written piece by piece. A text is never read as a control token, so that "&lt;|eot_id|&gt;" in a dataset stays text.
/// A tokenizer cuts a text at its control tokens, so the pieces together are the tokens of the whole text.
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
