using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>Which tokenizers are converted, and where the converted files are. llama.cpp is not needed for it.</summary>
public sealed class VocabularyFileTests : IDisposable
{
    const string Ends = """{ "eos_token": "ab" }""";

    readonly TemporaryFolder _folder = new();

    string Cache => Path.Combine(_folder.Path, "cache");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    static JsonObject ByteLevel() => TokenizerJson.ByteLevel([("a", "b")], TokenizerJson.Qwen2, ["<end>"]);

    static JsonObject SentencePiece() => TokenizerJson.SentencePiece("▁abc", ["ab", "abc", "▁a"]);

    Task<string> Convert(JsonObject tokenizer, string configuration = Ends)
    {
        _folder.Write("tokenizer_config.json", configuration);
        return VocabularyFile.GgufOfAsync(_folder.Write("tokenizer.json", tokenizer.ToJsonString()), Cache, Ct);
    }

    async Task<string> Refused(JsonObject tokenizer, string configuration = Ends)
    {
        var refused = await Assert.ThrowsAsync<UserException>(() => Convert(tokenizer, configuration));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains(Path.Combine(_folder.Path, "tokenizer.json"), refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Cache), "a refused tokenizer left a file");
        return refused.Message;
    }

    [Fact]
    public async Task A_gguf_file_is_its_own_vocabulary()
    {
        var path = Models.PathOf("tiny-math-policy-s");
        Assert.Equal(path, await VocabularyFile.GgufOfAsync(path, Cache, Ct));
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public async Task A_missing_file_and_one_of_another_kind_are_named()
    {
        async Task<UserException> RefusedFile(string path) =>
            await Assert.ThrowsAsync<UserException>(() => VocabularyFile.GgufOfAsync(path, Cache, Ct));

        Assert.Equal(ExitCode.NotFound, (await RefusedFile("/no/such/tokenizer.json")).Code);
        Assert.Equal(ExitCode.NotFound, (await RefusedFile("/no/such/model.gguf")).Code);
        Assert.Contains("not a GGUF", (await RefusedFile(_folder.Write("tokenizer.model", "sentences"))).Message, StringComparison.Ordinal);
        Assert.Contains("no JSON", (await RefusedFile(_folder.Write("cut.json", """{ "model": """))).Message, StringComparison.Ordinal);
        Assert.Contains("no JSON object", (await RefusedFile(_folder.Write("list.json", "[]"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_converted_once_and_again_when_a_file_changes()
    {
        var first = await Convert(ByteLevel());
        var written = File.GetLastWriteTimeUtc(first);
        var second = await Convert(ByteLevel());
        Assert.Equal((first, written), (second, File.GetLastWriteTimeUtc(second)));
        Assert.NotEqual(first, await Convert(ByteLevel(), """{ "eos_token": "<end>", "add_bos_token": false }"""));
    }

    [Fact]
    public async Task Many_that_convert_at_once_get_the_same_whole_file_and_the_part_of_a_dead_process_is_overwritten()
    {
        var path = await Convert(SentencePiece(), """{ "eos_token": "</s>" }""");
        var whole = await File.ReadAllBytesAsync(path, Ct);
        File.Delete(path);
        await File.WriteAllBytesAsync($"{path}.part", whole[..100], Ct);

        var source = Path.Combine(_folder.Path, "tokenizer.json");
        var paths = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => VocabularyFile.GgufOfAsync(source, Cache, Ct), Ct)));

        Assert.All(paths, made => Assert.Equal(path, made));
        Assert.Equal(whole, await File.ReadAllBytesAsync(path, Ct));
        Assert.False(File.Exists($"{path}.part"));
    }

    [Theory]
    [InlineData("model/type", "\"Unigram\"", "its model is Unigram")]
    [InlineData("model/dropout", "0.1", "dropout")]
    [InlineData("model/end_of_word_suffix", "\"</w>\"", "end_of_word_suffix")]
    [InlineData("model/ignore_merges", "true", "ignore_merges) is none of those known")]
    [InlineData("model/merges", """["a q"]""", "makes no token")]
    [InlineData("normalizer", """{ "type": "Lowercase" }""", "its normalizer Lowercase")]
    [InlineData("pre_tokenizer", """{ "type": "Whitespace" }""", "neither byte-level BPE nor")]
    [InlineData("pre_tokenizer", """{ "type": "ByteLevel", "add_prefix_space": true, "use_regex": true }""", "the step ByteLevel")]
    [InlineData("pre_tokenizer/pretokenizers/0/pattern/Regex", "\"\\\\p{L}+|.\"", """(\p{L}+|.""")]
    [InlineData("pre_tokenizer/pretokenizers/0/behavior", "\"MergedWithNext\"", "the step Split")]
    [InlineData("post_processor", """{ "type": "BertProcessing" }""", "its post-processor BertProcessing")]
    [InlineData("model/vocab/Ā", "5", "are both token 5")]
    [InlineData("model/vocab/ab", "2000000000", "1999999 is the largest number")]
    [InlineData("model/vocab/a", null, "has no token for the byte 97", false)]
    [InlineData("added_tokens/0/rstrip", "true", "'<end>' has rstrip")]
    [InlineData("added_tokens/0/content", "\"a\"", "have the same text, 'a'")]
    [InlineData("added_tokens/0/content", "\"a\\u0000\"", "has a zero in it")]
    [InlineData("model", null, "is damaged or no Hugging Face tokenizer")]
    [InlineData("model/vocab/a", "\"x\"", "is damaged or no Hugging Face tokenizer")]
    public async Task What_llama_cpp_does_not_do_is_refused_by_name(string at, string? value, string reason, bool merges = true)
    {
        var json = ByteLevel();
        if (!merges) json["model"]!["merges"] = new JsonArray();
        Set(json, at, value);
        Assert.Contains(reason, await Refused(json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normalizer", "null", "does not write spaces as")]
    [InlineData("normalizer/normalizers/0", """{ "type": "Precompiled" }""", "its normalizer Precompiled")]
    [InlineData("pre_tokenizer", """{ "type": "Metaspace", "replacement": "▁", "split": true }""", "its pre-tokenizer Metaspace")]
    [InlineData("model/vocab/<0x0A>", null, "no token <0x0A>")]
    [InlineData("model/merges", """["a b", "▁ a", "ab c", "▁ ab"]""", "makes no token")]
    [InlineData("model/merges", """["a b", "▁ a"]""", "no merge of 'ab' and 'c'")]
    [InlineData("model/merges", """["a b", "ab c", "▁ a", "a b"]""", "are not beside each other")]
    public async Task SentencePiece_that_no_scores_can_express_is_refused(string at, string? value, string reason)
    {
        var json = SentencePiece();
        Set(json, at, value);
        Assert.Contains(reason, await Refused(json, """{ "eos_token": "</s>" }"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "names its eos_token")]
    [InlineData("""{ "eos_token": "<end>", "add_bos_token": true }""", "names no bos_token")]
    [InlineData("""{ "eos_token": "<end>", "bos_token": "<begin>" }""", "names the bos_token '<begin>'")]
    [InlineData("[]", "no JSON object")]
    public async Task Begin_and_end_tokens_must_be_known(string configuration, string reason) =>
        Assert.Contains(reason, await Refused(ByteLevel(), configuration), StringComparison.Ordinal);

    [Fact]
    public void A_damaged_file_is_refused_with_a_sentence_and_never_with_another_fault() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var json = Damaged(random.Next(2) == 0 ? ByteLevel() : SentencePiece(), random);
            var files = new Dictionary<string, byte[]>
            {
                [TokenizerSource.Tokenizer] = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()),
                [TokenizerSource.Configuration] = """{ "eos_token": "ab" }"""u8.ToArray(),
            };
            try
            {
                TokenizerConversion.Convert(new("tokenizer.json", files));
            }
            catch (UserException)
            {
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>The same file with some values removed, or replaced by values of other kinds.</summary>
    static JsonNode Damaged(JsonNode json, Random random)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            JsonNode node = json;
            while (true)
            {
                var last = random.Next(4) == 0;
                if (node is JsonObject { Count: > 0 } parts)
                {
                    var key = parts.ElementAt(random.Next(parts.Count)).Key;
                    if (last || parts[key] is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }))
                    {
                        parts[key] = Other(random);
                        break;
                    }

                    node = parts[key]!;
                }
                else if (node is JsonArray { Count: > 0 } list)
                {
                    var at = random.Next(list.Count);
                    if (last || list[at] is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }))
                    {
                        list[at] = Other(random);
                        break;
                    }

                    node = list[at]!;
                }
                else break;
            }
        }

        return json;
    }

    static JsonNode? Other(Random random) => random.Next(8) switch
    {
        0 => null,
        1 => new JsonObject(),
        2 => new JsonArray(),
        3 => JsonValue.Create(-1),
        4 => JsonValue.Create(1e30),
        5 => JsonValue.Create(""),
        6 => JsonValue.Create("ab"),
        _ => JsonValue.Create(true),
    };

    /// <summary>Sets the part of a file that a path names; null removes it.</summary>
    static void Set(JsonNode json, string path, string? value)
    {
        var steps = path.Split('/');
        foreach (var step in steps[..^1])
            json = json is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : json[step]!;
        if (json is JsonArray array)
            array[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(value!);
        else if (value is null) json.AsObject().Remove(steps[^1]);
        else json[steps[^1]] = JsonNode.Parse(value);
    }
}
