using System.Text.Json;

namespace RebaseBatch.Inference.Gguf;

/// <summary>The tokens that begin and end a text, by their numbers.</summary>
/// <param name="Begin">Null where there is none.</param>
/// <param name="AddsBegin">Whether the tokenizer sets it before a text.</param>
/// <param name="End">Ends the model's text.</param>
/// <param name="FurtherEnds">Others that end it: at most two, for which GGUF has keys.</param>
sealed record SpecialTokens(int? Begin, bool AddsBegin, int End, IReadOnlyList<int> FurtherEnds)
{
    // llama.cpp knows these by their texts (src/llama-vocab.cpp), in all releases of the last years.
    static readonly string[] s_knownEnds =
        ["<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "<EOT>", "<|end_of_text|>"];

    /// <param name="source">The tokenizer.json and the files beside it.</param>
    /// <param name="root">Of the tokenizer.json.</param>
    /// <exception cref="UnsupportedTokenizerException">No end token is named, or GGUF can't name all of them.</exception>
    public static SpecialTokens Of(TokenizerSource source, JsonElement root, TokenTable tokens)
    {
        var configuration = source.Read(TokenizerSource.Configuration);
        var leading = Leading(root);
        var adds = configuration?.Truth("add_bos_token") ?? leading is not null;
        var begin = Named("bos_token") ?? tokens.Find(leading);
        // llama.cpp ends the process when it must add a token that does not exist.
        if (adds && begin is null)
            throw new UnsupportedTokenizerException("it sets a token before each text, and tokenizer_config.json names no bos_token");
        int[] named = Named("eos_token") is { } eos ? [eos] : [];
        List<int> ends = [.. named.Concat(Generation().Where(id => id >= 0 && id < tokens.Count)).Distinct()];
        if (ends.Count == 0)
        {
            throw new UnsupportedTokenizerException(
                "neither tokenizer_config.json nor generation_config.json beside it names its eos_token");
        }

        var further = ends.Skip(1).OrderBy(IsKnown).ToList();
        if (further.Skip(2).FirstOrDefault(id => !IsKnown(id), -1) is >= 0 and var tooMany)
        {
            throw new UnsupportedTokenizerException(
                $"generation_config.json names {ends.Count} end tokens, and GGUF has no key for {tooMany}");
        }

        return new(begin, adds, ends[0], [.. further.Take(2)]);

        bool IsKnown(int id) => s_knownEnds.Any(text => tokens.Find(text) == id);

        int? Named(string key)
        {
            if (configuration?.Part(key) is not { } token) return null;
            var text = (token.ValueKind is JsonValueKind.String ? token : token.GetProperty("content")).Text();
            return tokens.Find(text) ?? throw new UnsupportedTokenizerException(
                $"tokenizer_config.json names the {key} '{TokenTable.Plain(text)}', which is no token of it");
        }

        IEnumerable<int> Generation() => source.Read(TokenizerSource.Generation)?.Part("eos_token_id") switch
        {
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(id => id.GetInt32()),
            { } one => [one.GetInt32()],
            null => [],
        };
    }

    /// <summary>The one token that the post-processor sets before a text; null when it sets none.</summary>
    static string? Leading(JsonElement root)
    {
        string? leading = null;
        foreach (var (type, step) in root.Steps("post_processor"))
        {
            if (type is "ByteLevel") continue;
            if (type is not "TemplateProcessing")
                throw new UnsupportedTokenizerException($"its post-processor {TokenTable.Plain(type)} is not known here");
            List<string> before = [.. step.GetProperty("single").EnumerateArray().Select(part => part.Part("SpecialToken"))
                .TakeWhile(token => token is not null).Select(token => token!.Value.GetProperty("id").Text())];
            if (before.Count > 1)
                throw new UnsupportedTokenizerException($"it sets {before.Count} tokens before each text, and GGUF names one");
            leading = before.Count == 1 ? before[0] : leading;
        }

        return leading;
    }
}
