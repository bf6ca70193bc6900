using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference.Embeddings;

/// <summary>On the runtime of the test's process. <see cref="SecondRuntimeTests"/> runs it on the other one.</summary>
public sealed class LlamaEmbeddingContextTests : EmbeddingContextConformance
{
    private protected override ILanguageModel Model => Models.PolicyM;

    // F16 weights.
    private protected override double Tolerance => 1e-4;

    [Fact]
    public void A_decoder_without_a_pooling_gives_the_mean_of_its_tokens_states()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls);
        var (vector, states) = (Embed(tiny.Model, tiny.Model, "one and two"), States(tiny.Model, "one and two"));
        for (var i = 0; i < vector.Length; i++) Assert.Equal(states.Average(state => state[i]), vector[i], 1e-3);
    }

    [Fact]
    public void A_file_that_names_its_pooling_is_pooled_so()
    {
        using var folder = new TemporaryFolder();
        using var tiny = new TinyModel(TinyModel.LlamaControls);
        var path = Path.Combine(folder.Path, "last.gguf");
        PatchedGguf.Write(tiny.Path, path, new Dictionary<string, object?> { ["llama.pooling_type"] = 3u });
        using var last = Models.Runtime.LoadEmbedder(path, GpuPlacement.Cpu);
        var (vector, state) = (Embed(last, tiny.Model, "one and two"), States(tiny.Model, "one and two")[^1]);
        for (var i = 0; i < vector.Length; i++) Assert.Equal(state[i], vector[i], 1e-3);
    }

    [Fact]
    public void An_encoder_embeds_with_its_own_tokens_around_the_text()
    {
        using var folder = new TemporaryFolder();
        var path = TinyBert.Write(folder.Path);
        using var model = Models.Runtime.LoadEmbedder(path, GpuPlacement.Cpu);
        Assert.Empty(model.Remarks);
        var tokens = model.Tokenize("ab 1", addSpecial: true, parseSpecial: false);
        Assert.Equal((TinyBert.Cls, TinyBert.Sep), (tokens[0], tokens[^1]));
        Assert.True(tokens.Length > 3);

        using var context = model.CreateEmbeddingContext(new() { BatchTokens = TinyBert.Context, MaxTexts = 2 });
        var vectors = new float[2 * context.Width];
        Assert.Equal(TinyBert.Width, context.Width);
        Assert.True(context.Embed([tokens, [.. tokens[..^2], tokens[^1]]], vectors));
        // It looks ahead: the state of the first token knows the last one.
        Assert.NotEqual(vectors[..context.Width], vectors[context.Width..]);
        // As many tokens as it has positions, in one call.
        Assert.True(context.Embed([[.. Enumerable.Repeat(7, TinyBert.Context)]], vectors));
    }

    static float[] Embed(ILanguageModel model, ILanguageModel tokenizer, string text)
    {
        using var context = model.CreateEmbeddingContext(new() { BatchTokens = 256, MaxTexts = 2 });
        var vector = new float[context.Width];
        Assert.True(context.Embed([tokenizer.Tokenize(text, false, false)], vector));
        return vector;
    }

    static List<float[]> States(ILanguageModel model, string text)
    {
        var tokens = model.Tokenize(text, false, false);
        using var context = model.CreateContext(new() { Cells = 256, BatchTokens = 256, MaxSequences = 1, HiddenStates = true });
        var batch = new DecodeBatch(256);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i, 0, true);
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        return [.. Enumerable.Range(0, tokens.Length).Select(i => context.Hidden(i).ToArray())];
    }
}
