using System.Text.Json;

namespace RebaseBatch.Inference.Gguf;

/// <summary>Byte-level BPE, as GPT-2, Llama 3, Qwen and DeepSeek have it: llama.cpp's tokenizer <c>gpt2</c>.</summary>
static class ByteLevelVocabulary
{
    /// <param name="root">Of the tokenizer.json.</param>
    /// <exception cref="UnsupportedTokenizerException">It has something that llama.cpp does not do.</exception>
    public static GgufVocabulary Of(JsonElement root)
    {
        var model = root.GetProperty("model");
        foreach (var (type, _) in root.Steps("normalizer"))
        {
            // llama.cpp leaves it out for every model that has it (Qwen): only texts that are not composed become other tokens.
            if (type is not "NFC")
                throw new UnsupportedTokenizerException($"its normalizer {TokenTable.Plain(type)} is not done by llama.cpp");
        }

        var pre = PreTokenizers.NameOf(root.Steps("pre_tokenizer"), model.Truth("ignore_merges") is true);
        var tokens = new TokenTable(root, _ => TokenType.Normal, text => text);
        for (var value = 0; value < 256; value++)
        {
            // These bytes are in no text of UTF-8. Without one of the others, a text would lose characters in silence.
            if (value is not (0xC0 or 0xC1 or >= 0xF5) && !tokens.Model.ContainsKey(ByteLetters.All[value]))
                throw new UnsupportedTokenizerException($"it has no token for the byte {value}");
        }

        var merges = TokenizerMerges.Of(model, tokens);
        if (merges.FirstOrDefault(merge => (merge.Left + merge.Right).Contains(' ', StringComparison.Ordinal)) is { Left: not null } blank)
            throw new UnsupportedTokenizerException($"its merge of '{blank.Left}' and '{blank.Right}' has a space, which GGUF can't write");
        return new("gpt2", pre, tokens) { Merges = [.. merges.Select(merge => $"{merge.Left} {merge.Right}")] };
    }
}
