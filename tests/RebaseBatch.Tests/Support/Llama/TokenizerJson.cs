using System.Text.Json.Nodes;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>Makes tokenizer.json files as Hugging Face's library writes them.</summary>
static class TokenizerJson
{
    public const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    public const string Qwen2 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    static JsonObject Added(int id, string text, bool special) => new()
    {
        ["id"] = id, ["content"] = text, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false,
        ["special"] = special,
    };

    static JsonObject ByteLevelStep(bool regex) =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = regex };

    static JsonObject Split(string regex) => new()
    {
        ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = regex }, ["behavior"] = "Isolated", ["invert"] = false,
    };

    /// <summary>The post-processor that sets a token before each text.</summary>
    public static JsonObject Begins(string token) => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } },
            new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } }),
    };

    static JsonObject Vocabulary(IEnumerable<string> tokens) =>
        new([.. tokens.Select((text, id) => KeyValuePair.Create(text, (JsonNode?)id))]);

    /// <summary>Byte-level BPE: the 256 bytes, what the merges make, then the control tokens.</summary>
    /// <param name="regex">Null for GPT-2's own step.</param>
    public static JsonObject ByteLevel(
        IReadOnlyList<(string Left, string Right)> merges, string? regex, IReadOnlyList<string> controls, bool wholePieces = false)
    {
        string[] tokens = [.. ByteLetters.All, .. merges.Select(merge => merge.Left + merge.Right)];
        return new()
        {
            ["added_tokens"] = new JsonArray([.. controls.Select((text, i) => Added(tokens.Length + i, text, special: true))]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = regex is null ? ByteLevelStep(regex: true) : new JsonObject
            {
                ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(Split(regex), ByteLevelStep(regex: false)),
            },
            ["post_processor"] = null,
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["byte_fallback"] = false, ["ignore_merges"] = wholePieces,
                ["vocab"] = Vocabulary(tokens),
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)new JsonArray(merge.Left, merge.Right))]),
            },
        };
    }

    /// <summary>
    /// BPE as SentencePiece has it: three control tokens, the bytes, single characters, then pieces, the most wanted first.
    /// </summary>
    public static JsonObject SentencePiece(string characters, IReadOnlyList<string> pieces)
    {
        string[] tokens =
            ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"),
                .. characters.Select(letter => letter.ToString()), .. pieces];
        return new()
        {
            ["added_tokens"] = new JsonArray([.. tokens.Take(3).Select((text, id) => Added(id, text, special: true))]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "Prepend", ["prepend"] = "▁" },
                    new JsonObject
                    {
                        ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = "▁",
                    }),
            },
            ["pre_tokenizer"] = null,
            ["post_processor"] = Begins("<s>"),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["unk_token"] = "<unk>", ["fuse_unk"] = true, ["byte_fallback"] = true, ["vocab"] = Vocabulary(tokens),
                ["merges"] = new JsonArray([.. Merges(tokens, pieces).Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
            },
        };
    }

    /// <summary>All pairs of tokens that make a piece, in the pieces' order, as Hugging Face's converter makes them.</summary>
    public static IEnumerable<(string Left, string Right)> Merges(IReadOnlyCollection<string> tokens, IEnumerable<string> pieces) =>
        from piece in pieces
        from at in Enumerable.Range(1, piece.Length - 1)
        where tokens.Contains(piece[..at]) && tokens.Contains(piece[at..])
        select (piece[..at], piece[at..]);

    /// <summary>The vocabulary of a bundled model: Llama 3's way of cutting, whole words, no merges.</summary>
    public static JsonObject Of(ILanguageModel model)
    {
        const int FirstByte = 4;
        string[] tokens = [.. Enumerable.Range(0, model.Facts.VocabularySize).Select(id => id < FirstByte
            ? model.Marker(id) : string.Concat(model.Piece(id).ToArray().Select(value => ByteLetters.All[value])))];
        var json = ByteLevel([], Llama3, [], wholePieces: true);
        json["model"]!["vocab"] = Vocabulary(tokens);
        // The last one is the step tag, which is found in every text.
        json["added_tokens"] =
            new JsonArray([.. tokens.Take(FirstByte).Select((text, id) => Added(id, text, special: id < FirstByte - 1))]);
        json["post_processor"] = Begins("<s>");
        return json;
    }
}
