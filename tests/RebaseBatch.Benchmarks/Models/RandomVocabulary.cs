using RebaseBatch.Inference.Gguf;

namespace RebaseBatch.Benchmarks.Models;

/// <summary>A made-up vocabulary of byte-level BPE.</summary>
/// <param name="Tokens">Their texts, bytes written as GPT-2's letters.</param>
/// <param name="Types">As llama.cpp numbers them.</param>
/// <param name="Merges">Two texts with a space between them, the most wanted first.</param>
sealed record RandomVocabulary(string[] Tokens, int[] Types, string[] Merges)
{
    const int Normal = 1, Control = 3, UserDefined = 4, Unused = 5;

    /// <summary>The tag of Math-Shepherd. As a user-defined token it is found in every text.</summary>
    const string Tag = "ки";

    /// <summary>Where Qwen2.5's control tokens begin.</summary>
    const int FirstControlOfQwen = 151_643;

    /// <summary>The bytes, the tag and labels of a reward model, and filler words that no text becomes: there are no merges.</summary>
    public static RandomVocabulary Llama(int size)
    {
        List<(string Text, int Type)> tokens = [("<s>", Control), ("</s>", Control), (Tag, UserDefined)];
        tokens.AddRange(ByteLetters.All.Select(letter => (letter, Normal)));
        for (var i = 0; tokens.Count < size; i++) tokens.Add(($"Ġword{i}", Normal));
        return Of(tokens, []);
    }

    /// <summary>
    /// As large as Qwen2.5's, with as many merges, and with its control tokens under their own numbers: the bytes, all pairs of letters,
    /// and words of two such pairs.
    /// </summary>
    public static RandomVocabulary Qwen(int size)
    {
        List<(string Text, int Type)> tokens = [.. ByteLetters.All.Select(letter => (letter, Normal))];
        List<string> merges = [];
        List<string> pairs = [.. from first in Letters() from second in Letters() select first + second];
        foreach (var pair in pairs) Add(pair[..1], pair[1..]);
        var words = from first in pairs from second in pairs select (first, second);
        foreach (var (first, second) in words.Take(FirstControlOfQwen - tokens.Count)) Add(first, second);
        tokens.AddRange(((string[])["<|endoftext|>", "<|im_start|>", "<|im_end|>"]).Select(text => (text, Control)));
        for (var i = 0; i < 5; i++) tokens.Add(($"<|made_up_{i}|>", Control));
        // Qwen2.5-Math-PRM's tag is token 151,651.
        tokens.Add(("<extra_0>", Control));
        tokens.Add((Tag, UserDefined));
        for (var i = 0; tokens.Count < size; i++) tokens.Add(($"[PAD{i}]", Unused));
        return Of(tokens, merges);

        void Add(string left, string right)
        {
            tokens.Add((left + right, Normal));
            merges.Add($"{left} {right}");
        }
    }

    static IEnumerable<string> Letters() => Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString());

    static RandomVocabulary Of(List<(string Text, int Type)> tokens, List<string> merges) =>
        new([.. tokens.Select(token => token.Text)], [.. tokens.Select(token => token.Type)], [.. merges]);
}
