using System.Globalization;
using System.Text.Json;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// BPE as SentencePiece has it, with a token for each byte, of Llama 2 and Mistral: llama.cpp's tokenizer <c>llama</c>. That one knows no
/// merges. It joins two neighbours when a piece has their text, the piece of the highest score first. So each piece gets a score from the
/// place of its merges, and merges that no scores can express are refused.
/// </summary>
/// <remarks>
/// <c>Metaspace</c> sets no space before a text that begins with one, and the scheme <c>first</c> sets none behind a control token.
/// llama.cpp always sets one, for the GGUF file of such a model too.
/// </remarks>
static class SentencePieceVocabulary
{
    const string Space = "▁";

    /// <param name="root">Of the tokenizer.json.</param>
    /// <exception cref="UnsupportedTokenizerException">It has something that llama.cpp does not do.</exception>
    public static GgufVocabulary Of(JsonElement root)
    {
        var model = root.GetProperty("model");
        if (model.Truth("ignore_merges") is true)
            throw new UnsupportedTokenizerException("it has ignore_merges with byte_fallback, which llama.cpp does not do");
        var spaceBefore = SetsSpaceBefore(root);
        var unknown = model.Text("unk_token");
        var tokens = new TokenTable(
            root, text => text == unknown ? TokenType.Unknown : IsByte(text) ? TokenType.Byte : TokenType.Normal,
            text => text.Replace(Space, " ", StringComparison.Ordinal));
        for (var value = 0; value < 256; value++)
        {
            if (!tokens.Model.ContainsKey(Byte(value)))
                throw new UnsupportedTokenizerException($"it has byte_fallback and no token {Byte(value)}");
        }

        var merges = TokenizerMerges.Of(model, tokens);
        var ranks = Ranks(merges);
        RefuseMissing(tokens, merges, ranks);
        return new("llama", "default", tokens) { Ranks = ranks, SpaceBefore = spaceBefore };
    }

    /// <summary>Whether a text gets a space before it. Refuses every other way of writing spaces.</summary>
    static bool SetsSpaceBefore(JsonElement root)
    {
        var (before, replaced, cut) = (false, false, false);
        foreach (var (type, step) in root.Steps("normalizer"))
        {
            if (type is "Prepend" && step.Text("prepend") is Space) before = true;
            else if (type is "Replace" && step.Part("pattern")?.Text("String") is " " && step.Text("content") is Space) replaced = true;
            else throw new UnsupportedTokenizerException($"its normalizer {TokenTable.Plain(type)} is not done by llama.cpp");
        }

        foreach (var (type, step) in root.Steps("pre_tokenizer"))
        {
            // After the normalizer there are no spaces to cut at: Gemma has such a step.
            if (type is "Split" && replaced && step.Part("pattern")?.Text("String") is " ") continue;
            if (type is not "Metaspace" || cut || replaced || step.Text("replacement") is not Space || step.Truth("split") is not false)
            {
                throw new UnsupportedTokenizerException(
                    $"its pre-tokenizer {TokenTable.Plain(type)} has settings that llama.cpp does not have");
            }

            cut = true;
            before = step.Text("prepend_scheme") is { } scheme ? scheme is not "never" : step.Truth("add_prefix_space") is not false;
        }

        return replaced || cut ? before : throw new UnsupportedTokenizerException("it does not write spaces as ▁");
    }

    /// <summary>The place of each piece among all that merges make, the most wanted first.</summary>
    static Dictionary<string, int> Ranks(IReadOnlyList<(string Left, string Right)> merges)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        string? last = null;
        foreach (var (left, right) in merges)
        {
            var piece = left + right;
            if (piece == last) continue;
            // Two ways to one piece have one score, so no other piece may lie between them.
            if (!ranks.TryAdd(piece, ranks.Count))
            {
                throw new UnsupportedTokenizerException(
                    $"its merges to '{TokenTable.Plain(piece)}' are not beside each other, as SentencePiece's are");
            }

            last = piece;
        }

        return ranks;
    }

    /// <summary>Refuses a vocabulary in which llama.cpp would join two pieces that have no merge.</summary>
    static void RefuseMissing(TokenTable tokens, IReadOnlyList<(string Left, string Right)> merges, Dictionary<string, int> ranks)
    {
        var pairs = merges.ToHashSet();
        foreach (var (piece, id) in tokens.Model)
        {
            if (tokens.TypeOf(id) is not TokenType.Normal) continue;
            for (var at = 1; at < piece.Length; at++)
            {
                if (char.IsLowSurrogate(piece[at])) continue;
                var (left, right) = (piece[..at], piece[at..]);
                if (IsReached(left) && IsReached(right) && !pairs.Contains((left, right)))
                {
                    throw new UnsupportedTokenizerException($"it has the token '{TokenTable.Plain(piece)}' and no merge of "
                        + $"'{TokenTable.Plain(left)}' and '{TokenTable.Plain(right)}', which llama.cpp would join");
                }
            }
        }

        // A text has single characters, and what merges make of them.
        bool IsReached(string part) =>
            ranks.ContainsKey(part) || (part.Length == (char.IsHighSurrogate(part[0]) ? 2 : 1) && tokens.Model.ContainsKey(part));
    }

    static bool IsByte(string text) => text is ['<', '0', 'x', var high, var low, '>'] && char.IsAsciiHexDigitUpper(high)
        && char.IsAsciiHexDigitUpper(low);

    static string Byte(int value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");
}
