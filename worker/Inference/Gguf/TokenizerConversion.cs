using System.Text;
using System.Text.Json;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// Converts a Hugging Face tokenizer.json (https://github.com/huggingface/tokenizers) to a GGUF file that has a vocabulary only. llama.cpp
/// is then the tokenizer of remote models too. Everything that llama.cpp would do otherwise is refused.
/// </summary>
static class TokenizerConversion
{
    /// <summary>Raise it when the same tokenizer.json becomes another file, so that files of an earlier version are not used.</summary>
    public const int Version = 1;

    const string Prefix = "tokenizer.ggml.";

    /// <returns>The file's bytes.</returns>
    /// <exception cref="UserException">It is damaged, or of a kind that can't be converted.</exception>
    public static byte[] Convert(TokenizerSource source)
    {
        try
        {
            var root = source.Read(TokenizerSource.Tokenizer)!.Value;
            var vocabulary = VocabularyOf(root);
            return Write(source, vocabulary, SpecialTokens.Of(source, root, vocabulary.Tokens));
        }
        catch (UnsupportedTokenizerException e)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"the tokenizer {source.Path} can't be converted: {e.Message}; name a GGUF file of the model instead", e);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException
            or ArgumentException)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"the tokenizer {source.Path} is damaged or no Hugging Face tokenizer: {e.Message}; name a GGUF file of the model instead",
                e);
        }
    }

    static GgufVocabulary VocabularyOf(JsonElement root)
    {
        var model = root.GetProperty("model");
        // Files of 2019 have no type.
        if ((model.Text("type") ?? (model.Part("merges") is null ? "without a type" : "BPE")) is not "BPE" and var type)
            throw new UnsupportedTokenizerException($"its model is {TokenTable.Plain(type)}, and only BPE can be converted");
        foreach (var affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Text(affix) is not (null or ""))
                throw new UnsupportedTokenizerException($"its model has {affix}, which llama.cpp does not do");
        }

        if (model.Part("dropout") is { } dropout && dropout.GetDouble() != 0)
            throw new UnsupportedTokenizerException("its model has dropout: its tokens are random");
        if (model.Truth("byte_fallback") is true) return SentencePieceVocabulary.Of(root);
        return root.Steps("pre_tokenizer").Any(step => step.Type is "ByteLevel") ? ByteLevelVocabulary.Of(root)
            : throw new UnsupportedTokenizerException("it is neither byte-level BPE nor BPE with byte_fallback");
    }

    static byte[] Write(TokenizerSource source, GgufVocabulary vocabulary, SpecialTokens special)
    {
        var model = source.Read(TokenizerSource.Model);
        var (texts, types) = vocabulary.Tokens.ToArrays(Number(model, "vocab_size") ?? 0);
        var head = new GgufHead();
        // llama.cpp reads a vocabulary the same way for each architecture that it knows.
        head.Text("general.architecture", "llama");
        head.Text("general.type", "model");
        head.Text("general.name", "vocabulary");
        if (Number(model, "max_position_embeddings") is { } context and > 0) head.Number("llama.context_length", (uint)context);
        head.Text(Prefix + "model", vocabulary.Model);
        head.Text(Prefix + "pre", vocabulary.Pre);
        head.Texts(Prefix + "tokens", texts);
        head.Numbers(Prefix + "token_type", [.. types.Select(type => (int)type)]);
        if (vocabulary.Merges is { } merges) head.Texts(Prefix + "merges", merges);
        if (vocabulary.Ranks is { } ranks)
        {
            // Floats hold whole numbers up to 16 million.
            head.Reals(Prefix + "scores", [.. texts.Select(text => -(float)ranks.GetValueOrDefault(text, ranks.Count))]);
            head.Flag(Prefix + "add_space_prefix", vocabulary.SpaceBefore);
        }

        if (Array.IndexOf(types, TokenType.Unknown) is >= 0 and var unknown) head.Number(Prefix + "unknown_token_id", (uint)unknown);
        if (special.Begin is { } begin) head.Number(Prefix + "bos_token_id", (uint)begin);
        head.Flag(Prefix + "add_bos_token", special.AddsBegin);
        head.Number(Prefix + "eos_token_id", (uint)special.End);
        foreach (var (name, id) in new[] { "eot", "eom" }.Zip(special.FurtherEnds)) head.Number($"{Prefix}{name}_token_id", (uint)id);
        if (Template(source) is { } template) head.Text("tokenizer.chat_template", template);
        return head.ToArray(alignment: 32);
    }

    static int? Number(JsonElement? model, string key) =>
        (model?.Part(key) ?? model?.Part("text_config")?.Part(key)) is { ValueKind: JsonValueKind.Number } value
            && value.TryGetInt32(out var number) ? number : null;

    /// <summary>The chat template, from which prompts are recognized; null when there is none.</summary>
    static string? Template(TokenizerSource source)
    {
        if (source.Files.TryGetValue(TokenizerSource.Template, out var file)) return Encoding.UTF8.GetString(file);
        return source.Read(TokenizerSource.Configuration)?.Part("chat_template") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Array } named => named.EnumerateArray().FirstOrDefault(one => one.Text("name") is "default")
                .Text("template"),
            _ => null,
        };
    }
}
