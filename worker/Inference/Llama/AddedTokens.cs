namespace RebaseBatch.Inference.Llama;

/// <summary>How many tokens a model's tokenizer puts around a text.</summary>
/// <param name="Before">Before it: begin-of-sequence, for instance.</param>
/// <param name="Behind">Behind it: end-of-sequence, where the file says <c>add_eos_token</c>.</param>
readonly record struct AddedTokens(int Before, int Behind)
{
    /// <param name="tokenize">The tokenizer; true adds the tokens.</param>
    public static AddedTokens Measure(Func<string, bool, int[]> tokenize)
    {
        const string Sample = "1";
        var (plain, around) = (tokenize(Sample, false), tokenize(Sample, true));
        var at = around.AsSpan().IndexOf(plain);
        return at < 0 || plain.Length == 0 ? default : new(at, around.Length - at - plain.Length);
    }

    /// <summary>
    /// The tokens without those behind the text, and with one begin token, where the text itself began with a second one.
    /// </summary>
    public int[] Clean(int[] tokens)
    {
        var end = Math.Max(0, tokens.Length - Behind);
        var start = Before == 1 && end > 1 && tokens[0] == tokens[1] ? 1 : 0;
        return start == 0 && end == tokens.Length ? tokens : tokens[start..end];
    }
}
