using System.Text.Json;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// llama.cpp's name of the way in which a text is cut before its merges (<c>tokenizer.ggml.pre</c>). llama.cpp has these ways in its code,
/// so each is recognized by its regular expression to the letter (src/llama-vocab.cpp), and none is guessed. Those of GPT-4o and Mistral
/// Nemo are left out: llama.cpp has expressions of its own for them, which cut combining marks otherwise.
/// </summary>
static class PreTokenizers
{
    const string Endings = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)", Blanks = @"\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The step that cuts digits off one by one, and the one of GPT-2, which tokenizer.json has names for.</summary>
    const string Digits = "digits", Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    static readonly string s_llama3 = $@"{Endings}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{Blanks}";

    /// <summary>The steps, whether a whole piece that is a token needs no merges, and llama.cpp's name.</summary>
    static readonly (string[] Steps, bool WholePieces, string Name)[] s_known =
    [
        ([Gpt2], false, "gpt-2"),
        ([Digits, Gpt2], false, "smollm"),
        ([s_llama3], true, "llama-bpe"),
        ([s_llama3], false, "dbrx"),
        ([s_llama3.Replace("{1,3}", "", StringComparison.Ordinal)], false, "qwen2"),
        ([$@"{Endings}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{Blanks}"], false, "qwen35"),
        ([@"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
            @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + Blanks],
            false, "deepseek-v3"),
    ];

    /// <param name="steps">Of the tokenizer.json's pre-tokenizer.</param>
    /// <param name="wholePieces">Its model's <c>ignore_merges</c>.</param>
    /// <exception cref="UnsupportedTokenizerException">llama.cpp has no such way, or this program does not know its name.</exception>
    public static string NameOf(IReadOnlyList<(string Type, JsonElement Step)> steps, bool wholePieces)
    {
        var found = steps.SelectMany(step => Of(step.Type, step.Step)).ToArray();
        foreach (var known in s_known)
            if (known.WholePieces == wholePieces && known.Steps.SequenceEqual(found)) return known.Name;
        throw new UnsupportedTokenizerException(
            $"its pre-tokenizer ({string.Join(" then ", found.Select(TokenTable.Plain))}{(wholePieces ? ", ignore_merges" : "")}) is none "
            + $"of those known here: {string.Join(", ", s_known.Select(known => known.Name))}");
    }

    static IEnumerable<string> Of(string type, JsonElement step)
    {
        switch (type)
        {
            case "ByteLevel" when step.Truth("add_prefix_space") is false:
                return step.Truth("use_regex") is false ? [] : [Gpt2];
            case "Digits" when step.Truth("individual_digits") is true:
                return [Digits];
            // To keep each match as a piece, and to remove what is between matches, is the same: the known ones match all of a text.
            case "Split" when (step.Text("behavior"), step.Truth("invert") is true) is ("Isolated", false) or ("Removed", true)
                && step.Part("pattern")?.Text("Regex") is { } regex:
                // Some files have the line breaks themselves in the expression.
                return [regex.Replace("\r", @"\r", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)];
            default:
                throw new UnsupportedTokenizerException(
                    $"its pre-tokenizer has the step {TokenTable.Plain(type)} with settings that are not known here");
        }
    }
}
