using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>A model of which only the vocabulary was loaded, on the runtime of the process.</summary>
public sealed class VocabularyOnlyTests : IDisposable
{
    static readonly string[] s_texts =
        ["", " ", "Ruth has 56 books. She splits them.\nStep 1: 56 / 7 = 8", "naïve — ✓ 日本 🙂\t\n", "<s>a</s> ки\n\n  12345"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The same file without its weights.</summary>
    string Bare(string name)
    {
        var path = Path.Combine(_folder.Path, $"{name}-vocabulary.gguf");
        PatchedGguf.Write(Models.PathOf(name), path, new Dictionary<string, object?>(), tensors: false);
        return path;
    }

    [Theory]
    [InlineData("tiny-math-policy-m", false)]
    [InlineData("tiny-math-policy-m", true)]
    [InlineData("tiny-math-prm", false)]
    [InlineData("tiny-math-prm", true)]
    public void It_has_the_tokens_pieces_and_end_tokens_of_the_whole_model(string name, bool bare)
    {
        using var whole = Models.Load(name);
        using var vocabulary = Models.Runtime.LoadVocabulary(bare ? Bare(name) : Models.PathOf(name));
        Assert.Equal((whole.Facts.VocabularySize, whole.Facts.TrainContext, bare ? 0 : whole.Facts.Parameters),
            (vocabulary.Facts.VocabularySize, vocabulary.Facts.TrainContext, vocabulary.Facts.Parameters));
        foreach (var text in s_texts)
        {
            foreach (var (addSpecial, parseSpecial) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
                Assert.Equal(whole.Tokenize(text, addSpecial, parseSpecial), vocabulary.Tokenize(text, addSpecial, parseSpecial));
        }

        for (var token = 0; token < whole.Facts.VocabularySize; token++)
        {
            Assert.Equal(whole.Piece(token), vocabulary.Piece(token));
            Assert.Equal(whole.Marker(token), vocabulary.Marker(token));
            Assert.Equal(whole.IsEndOfGeneration(token), vocabulary.IsEndOfGeneration(token));
        }

        Assert.Equal("llama", vocabulary.Metadata("general.architecture"));
        Assert.Null(vocabulary.Metadata("no.such.key"));
        Assert.Empty(vocabulary.Remarks);
    }

    [Fact]
    public void It_holds_no_weights_and_makes_no_context()
    {
        var model = Models.Runtime.LoadVocabulary(Models.PathOf("tiny-math-policy-s"));
        var facts = model.Facts;
        Assert.Equal((0, 0, 0, 0), (facts.Bytes, facts.KvBytesPerCell, facts.HeadSize, facts.Width));
        var refused = Assert.Throws<InvalidOperationException>(() => model.CreateContext(new() { Cells = 256 }));
        Assert.Contains("only the vocabulary of", refused.Message, StringComparison.Ordinal);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Tokenize("a", true, true));
    }

    [Fact]
    public void A_file_without_weights_is_still_no_model()
    {
        var refused = Assert.Throws<UserException>(() => Models.Runtime.Load(Bare("tiny-math-policy-s"), GpuPlacement.Cpu).Dispose());
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("a vocabulary only", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.ggml.model", "no_vocab", "it has no vocabulary")]
    [InlineData("tokenizer.ggml.eos_token_id", 440u, "its vocabulary ends at 439")]
    public void A_file_whose_vocabulary_can_not_be_used_is_refused(string key, object value, string reason)
    {
        var path = Path.Combine(_folder.Path, "broken.gguf");
        PatchedGguf.Write(Models.PathOf("tiny-math-policy-m"), path, new Dictionary<string, object?> { [key] = value });
        var refused = Assert.Throws<UserException>(() => Models.Runtime.LoadVocabulary(path).Dispose());
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_one_that_is_no_model_are_named()
    {
        Assert.Equal(ExitCode.NotFound, Refused("/no/such/model.gguf").Code);
        var path = _folder.Write("text.gguf", "this is a text and no model at all");
        Assert.Equal(ExitCode.ModelUnusable, Refused(path).Code);

        static UserException Refused(string path) =>
            Assert.Throws<UserException>(() => Models.Runtime.LoadVocabulary(path).Dispose());
    }
}
