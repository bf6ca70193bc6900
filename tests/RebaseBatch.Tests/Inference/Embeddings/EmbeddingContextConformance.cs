using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference.Embeddings;

/// <summary>What every runtime behind the port must do, and must refuse before it reaches native code.</summary>
public abstract class EmbeddingContextConformance
{
    private protected abstract ILanguageModel Model { get; }

    /// <summary>How far a cosine may be from 1 when the same text was embedded beside others.</summary>
    private protected abstract double Tolerance { get; }

    IEmbeddingContext Open(int tokens = 64, int texts = 4) =>
        Model.CreateEmbeddingContext(new() { BatchTokens = tokens, MaxTexts = texts, Threads = 1 });

    static float[][] Embed(IEmbeddingContext context, params int[][] texts)
    {
        var vectors = new float[texts.Length * context.Width];
        Assert.True(context.Embed(texts, vectors));
        return [.. vectors.Chunk(context.Width)];
    }

    static double Cosine(float[] one, float[] other)
    {
        var (a, b) = (UnitVector.Widen(UnitVector.Of(one)), UnitVector.Widen(UnitVector.Of(other)));
        return UnitVector.Dot(a, b) / Math.Sqrt(UnitVector.Dot(a, a) * UnitVector.Dot(b, b));
    }

    [Fact]
    public void No_text_sees_another_one_nor_what_was_embedded_before()
    {
        using var context = Open();
        int[] first = [5, 6, 7, 8], second = [9, 10, 11], third = [12];
        var alone = Embed(context, first)[0];
        var (behind, between) = (Embed(context, second, third, first)[2], Embed(context, second, first, third)[1]);
        Assert.InRange(Cosine(alone, behind), 1 - Tolerance, 1 + 1e-9);
        Assert.InRange(Cosine(alone, between), 1 - Tolerance, 1 + 1e-9);
        Assert.InRange(Cosine(alone, Embed(context, first)[0]), 1 - Tolerance, 1 + 1e-9);
        Assert.InRange(Cosine(alone, Embed(context, second)[0]), -1, 0.999);
    }

    [Fact]
    public void The_order_of_a_texts_tokens_and_each_of_them_matter()
    {
        using var context = Open();
        var vectors = Embed(context, [5, 6, 7, 8], [8, 7, 6, 5], [5, 6, 7, 9], [5, 6, 7, 8]);
        Assert.InRange(Cosine(vectors[0], vectors[1]), -1, 0.99999);
        Assert.InRange(Cosine(vectors[0], vectors[2]), -1, 0.99999);
        Assert.InRange(Cosine(vectors[0], vectors[3]), 1 - Tolerance, 1 + 1e-9);
    }

    [Fact]
    public void A_call_takes_as_much_as_the_context_has_room_for_and_no_more()
    {
        using var context = Open(tokens: 32, texts: 3);
        int[] ten = [.. Enumerable.Range(5, 10)];
        Assert.Equal(3, Embed(context, ten, ten, ten).Length);
        Assert.Single(Embed(context, [[.. Enumerable.Range(3, 32)]]));
        Assert.Empty(Embed(context));
        Refused(context, ten, ten, [.. ten, 5, 6, 7]);
        Refused(context, [5], [5], [5], [5]);
        // It works on after a refusal.
        Assert.Single(Embed(context, ten));
    }

    [Fact]
    public void What_would_abort_the_process_is_refused()
    {
        using var context = Open();
        Refused(context, [5], []);
        Refused(context, [5, Model.Facts.VocabularySize]);
        Refused(context, [-1]);
        Assert.Throws<ArgumentException>(() => context.Embed([[5], [6]], new float[context.Width]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(tokens: 8).Dispose());
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(texts: 0).Dispose());
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Threads = 0);
        context.Threads = 2;
        Assert.Equal(2, context.Threads);
    }

    [Fact]
    public void A_disposed_context_refuses_work_and_may_be_disposed_again()
    {
        var context = Open();
        context.Dispose();
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Embed([[5]], new float[1000]));
    }

    static void Refused(IEmbeddingContext context, params int[][] texts) =>
        Assert.Throws<ArgumentException>(() => context.Embed(texts, new float[texts.Length * context.Width]));
}
