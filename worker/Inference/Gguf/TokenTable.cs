using System.Globalization;
using System.Text.Json;

namespace RebaseBatch.Inference.Gguf;

/// <summary>The tokens of a tokenizer.json by their numbers: those of its model, and those that were added to it.</summary>
sealed class TokenTable
{
    // Far more than any model has: a number beyond it would need gigabytes of filling.
    const int Most = 2_000_000;

    readonly List<(string Text, TokenType Type)?> _tokens = [];

    /// <param name="root">Of the tokenizer.json.</param>
    /// <param name="typeOf">The type of a token of the model, from its text.</param>
    /// <param name="addedText">How a user-defined token's text is written in GGUF.</param>
    /// <exception cref="UnsupportedTokenizerException">An added token takes the blanks around it.</exception>
    public TokenTable(JsonElement root, Func<string, TokenType> typeOf, Func<string, string> addedText)
    {
        foreach (var token in root.GetProperty("model").GetProperty("vocab").EnumerateObject())
        {
            var id = Id(token.Value);
            if (_tokens[id] is { } taken)
                throw new UnsupportedTokenizerException($"'{Plain(taken.Text)}' and '{Plain(token.Name)}' are both token {id}");
            _tokens[id] = (token.Name, typeOf(token.Name));
            Model.Add(token.Name, id);
        }

        foreach (var token in root.Part("added_tokens")?.EnumerateArray().ToList() ?? [])
        {
            var (id, text) = (Id(token.GetProperty("id")), token.GetProperty("content").Text());
            foreach (var flag in (string[])["lstrip", "rstrip", "single_word"])
            {
                if (token.Truth(flag) is true)
                    throw new UnsupportedTokenizerException($"its added token '{Plain(text)}' has {flag}, which llama.cpp does not do");
            }

            // Beside the model's own token of this number, whose text is the same one in other letters.
            var isControl = token.Truth("special") is true || LooksSpecial(text);
            _tokens[id] = _tokens[id] is { Type: TokenType.Unknown } unknown ? unknown
                : isControl ? (text, TokenType.Control) : (addedText(text), TokenType.UserDefined);
            Added[text] = id;
        }
    }

    /// <summary>The numbers of the model's tokens by their texts.</summary>
    public Dictionary<string, int> Model { get; } = new(StringComparer.Ordinal);

    /// <summary>The numbers of the added tokens by their texts as people write them.</summary>
    public Dictionary<string, int> Added { get; } = new(StringComparer.Ordinal);

    public int Count => _tokens.Count;

    public TokenType? TypeOf(int id) => _tokens[id]?.Type;

    /// <summary>The number of a token by its name in a configuration; null when there is none.</summary>
    public int? Find(string? text) =>
        text is null ? null : Added.TryGetValue(text, out var added) ? added : Model.TryGetValue(text, out var id) ? id : null;

    /// <summary>All texts and types. Numbers without a token get one that no text becomes.</summary>
    /// <param name="size">The size of the model's output, when that is larger.</param>
    /// <exception cref="UnsupportedTokenizerException">Two tokens have one text: llama.cpp ends the process on such a file. It reads a
    /// text up to its first zero.</exception>
    public (string[] Texts, TokenType[] Types) ToArrays(int size)
    {
        var length = Math.Max(_tokens.Count, Math.Min(size, Most));
        var (texts, types, ids) = (new string[length], new TokenType[length], new Dictionary<string, int>(StringComparer.Ordinal));
        for (var id = 0; id < length; id++)
        {
            // The name that llama.cpp's converter gives.
            (texts[id], types[id]) = id < _tokens.Count && _tokens[id] is { } token
                ? token : (string.Create(CultureInfo.InvariantCulture, $"[PAD{id}]"), TokenType.Unused);
            if (texts[id].Contains('\0', StringComparison.Ordinal))
                throw new UnsupportedTokenizerException($"the text of its token {id} has a zero in it, and llama.cpp reads up to there");
            if (!ids.TryAdd(texts[id], id))
                throw new UnsupportedTokenizerException($"its tokens {ids[texts[id]]} and {id} have the same text, '{Plain(texts[id])}'");
        }

        return (texts, types);
    }

    /// <summary>A text of the file as an error sentence shows it.</summary>
    public static string Plain(string text) =>
        string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c)) + (text.Length > 200 ? "..." : "");

    int Id(JsonElement value)
    {
        var id = value.GetInt32();
        if (id is < 0 or >= Most) throw new UnsupportedTokenizerException($"it has a token {id}, and {Most - 1} is the largest number");
        while (_tokens.Count <= id) _tokens.Add(null);
        return id;
    }

    // Some models do not mark them. llama.cpp's converter takes them for control tokens (conversion/base.py, does_token_look_special).
    static bool LooksSpecial(string text) =>
        (text.StartsWith("<|", StringComparison.Ordinal) && text.EndsWith("|>", StringComparison.Ordinal))
        || (text.StartsWith("<｜", StringComparison.Ordinal) && text.EndsWith("｜>", StringComparison.Ordinal))
        || (text.StartsWith("<unused", StringComparison.Ordinal) && text.EndsWith('>')) || text is "<pad>" or "<mask>";
}
