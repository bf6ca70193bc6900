using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>Converted tokenizer.json files in llama.cpp, on the runtime of the process.</summary>
public sealed class TokenizerConversionTests : IDisposable
{
    static readonly string[] s_bits =
    [
        "a", "b", "ab", "ba", "aab", " ", "  ", "\n", "\n\n", "\t", "1", "23", "456", "'s", "'LL", ".", "...", "é", "日本", "🙂", "_", "ки",
        "step", "Step", "<s>", "books", "has",
    ];

    readonly TemporaryFolder _folder = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    static Gen<string> Texts(IEnumerable<string> bits) =>
        from parts in Gen.Elements(bits.ToArray()).ListOf()
        select string.Concat(parts);

    async Task<ILanguageModel> Convert(JsonObject tokenizer, string configuration, string? generation = null)
    {
        var path = _folder.Write("tokenizer.json", tokenizer.ToJsonString());
        _folder.Write("tokenizer_config.json", configuration);
        if (generation is not null) _folder.Write("generation_config.json", generation);
        return Models.Runtime.LoadVocabulary(await VocabularyFile.GgufOfAsync(path, Path.Combine(_folder.Path, "cache"), Ct));
    }

    [Fact]
    public async Task A_bundled_vocabulary_comes_back_token_for_token()
    {
        var bundled = Models.PolicyM;
        using var converted = await Convert(TokenizerJson.Of(bundled), """{ "bos_token": "<s>", "eos_token": "</s>" }""");
        Assert.Equal(bundled.Facts.VocabularySize, converted.Facts.VocabularySize);
        Assert.Empty(converted.Remarks);
        for (var token = 0; token < bundled.Facts.VocabularySize; token++)
        {
            Assert.Equal(bundled.Piece(token), converted.Piece(token));
            Assert.Equal(bundled.Marker(token), converted.Marker(token));
            Assert.Equal(bundled.IsEndOfGeneration(token), converted.IsEndOfGeneration(token));
        }

        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "models", "datasets"), "*.jsonl"))
        {
            foreach (var line in File.ReadLines(file))
            {
                var problem = JsonNode.Parse(line)!;
                Same($"{problem["question"]}\n{problem["answer"]}");
            }
        }

        Prop.ForAll(Texts(s_bits).ToArbitrary(), Same).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        void Same(string text)
        {
            foreach (var (addSpecial, parseSpecial) in ((bool, bool)[])[(true, false), (false, true)])
                Assert.Equal(bundled.Tokenize(text, addSpecial, parseSpecial), converted.Tokenize(text, addSpecial, parseSpecial));
        }
    }

    [Theory]
    [InlineData(TokenizerJson.Llama3, "dbrx")]
    [InlineData(TokenizerJson.Qwen2, "qwen2")]
    [InlineData(null, "gpt-2")]
    public async Task Byte_level_merges_are_done_in_their_order(string? regex, string name)
    {
        (string, string)[] merges =
            [("a", "b"), ("b", "a"), ("a", "ab"), ("Ġ", "ab"), ("ab", "ab"), ("Ġ", "Ġ"), ("1", "2"), ("Ċ", "Ċ")];
        var json = TokenizerJson.ByteLevel(merges, regex, ["<|end|>"]);
        var ids = json["model"]!["vocab"]!.AsObject().ToDictionary(token => token.Key, token => token.Value!.GetValue<int>());
        using var model = await Convert(json, """{ "bos_token": null, "eos_token": "<|end|>" }""");
        Assert.Equal(name, model.Metadata("tokenizer.ggml.pre"));
        var pieces = new Regex(regex ?? TokenizerJson.Gpt2, RegexOptions.CultureInvariant);

        Prop.ForAll(Texts(s_bits).ToArbitrary(), text =>
        {
            var expected = from Match piece in pieces.Matches(text)
                           let letters = Encoding.UTF8.GetBytes(piece.Value).Select(value => ByteLetters.All[value])
                           from merged in MergedPieces.Of(letters, merges)
                           select ids[merged];
            Assert.Equal(expected, model.Tokenize(text, addSpecial: true, parseSpecial: true));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public async Task SentencePiece_merges_are_done_in_their_order_and_other_characters_become_bytes()
    {
        string[] pieces = ["he", "▁t", "▁the", "er", "in", "▁▁", "her", "the", "▁he", "ing"];
        var json = TokenizerJson.SentencePiece("▁theringx12.", pieces);
        var ids = json["model"]!["vocab"]!.AsObject().ToDictionary(token => token.Key, token => token.Value!.GetValue<int>());
        (string, string)[] merges = [.. TokenizerJson.Merges(ids.Keys, pieces)];
        using var model = await Convert(json, """{ "bos_token": { "content": "<s>" }, "eos_token": "</s>", "add_bos_token": true }""");
        Assert.Equal("llama", model.Metadata("tokenizer.ggml.model"));
        Assert.True(model.IsEndOfGeneration(2));

        string[] bits = [.. pieces.Select(piece => piece.Replace('▁', ' ')), "x", "1", ".", "é", "🙂", "\n", " the"];
        Prop.ForAll(Texts(bits).ToArbitrary(), text =>
        {
            var written = text.Length == 0 ? "" : '▁' + text.Replace(' ', '▁');
            var expected =
                from piece in MergedPieces.Of(written.EnumerateRunes().Select(rune => rune.ToString()), merges)
                from id in ids.TryGetValue(piece, out var known)
                    ? [known] : Encoding.UTF8.GetBytes(piece).Select(value => ids[$"<0x{value:X2}>"])
                select id;
            Assert.Equal([1, .. expected], model.Tokenize(text, addSpecial: true, parseSpecial: false));
            Assert.Equal(text.Length == 0 ? "" : ' ' + text, Encoding.UTF8.GetString(
                [.. model.Tokenize(text, addSpecial: false, parseSpecial: false).SelectMany(token => model.Piece(token).ToArray())]));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public async Task The_files_beside_it_name_begin_and_end_tokens_prompt_and_context()
    {
        var json = TokenizerJson.ByteLevel([("a", "b")], TokenizerJson.Llama3, ["<begin>", "<end>", "<stop>", "<halt>"]);
        json["post_processor"] = TokenizerJson.Begins("<begin>");
        _folder.Write("config.json", """{ "vocab_size": 300, "max_position_embeddings": 4096 }""");
        _folder.Write("chat_template.jinja", "{{ messages }}");
        using var model = await Convert(json, """{ "bos_token": "<begin>", "eos_token": "<end>" }""",
            """{ "eos_token_id": [258, 259, 260] }""");
        Assert.Equal((300, 4096, "{{ messages }}"),
            (model.Facts.VocabularySize, model.Facts.TrainContext, model.Metadata("tokenizer.chat_template")));
        Assert.Equal([258, 259, 260], Enumerable.Range(0, 300).Where(model.IsEndOfGeneration));
        Assert.Equal([257, 256], model.Tokenize("ab", addSpecial: true, parseSpecial: false));
        Assert.Equal("<stop>", model.Marker(259));
    }

    [Fact]
    public async Task The_configuration_decides_whether_a_begin_token_is_set()
    {
        var json = TokenizerJson.ByteLevel([], TokenizerJson.Llama3, ["<begin>", "<end>"], wholePieces: true);
        json["post_processor"] = TokenizerJson.Begins("<begin>");
        using var model = await Convert(json, """{ "bos_token": "<begin>", "eos_token": "<end>", "add_bos_token": false }""");
        Assert.Equal(["a"[0]], model.Tokenize("a", addSpecial: true, parseSpecial: false).Select(token => (char)model.Piece(token)[0]));
    }
}
