using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Embeddings;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Embeddings;

[Fast]
public sealed class TextEmbedderTests
{
    static readonly CancellationToken s_ct = TestContext.Current.CancellationToken;

    readonly ScriptedModel _model = new(vocabularySize: 200) { Poison = 2 + '!' };
    readonly ManualResetEventSlim _go = new(true);

    (TextEmbedder Embedder, ScriptedEmbeddingContext Context) Open(int tokens = 32, int texts = 4)
    {
        var context = new ScriptedEmbeddingContext(_model, new() { BatchTokens = tokens, MaxTexts = texts }) { Before = _go.Wait };
        return (new("scripted", _model, context, new(), NullLogger.Instance), context);
    }

    Half[]? DirectionOf(string text)
    {
        var vector = new float[_model.Facts.Width];
        ScriptedModel.FillHidden(_model.Tokenize(text, false, false), vector);
        return UnitVector.Of(vector);
    }

    [Fact]
    public async Task Texts_that_wait_go_into_one_call_as_far_as_there_is_room()
    {
        var (embedder, context) = Open(tokens: 32, texts: 4);
        using var _ = embedder;
        _go.Reset();
        var first = embedder.EmbedAsync("alone", s_ct);
        await Eventually.TrueAsync(() => embedder.Statistics.Load.Waiting == 0);
        string[] texts = ["a", "bb", "ccc", "dddd", "eeeee", new('f', 28), new('g', 6)];
        var rest = texts.Select(text => embedder.EmbedAsync(text, s_ct)).ToList();
        _go.Set();
        await first;
        var embeddings = await Task.WhenAll(rest);
        Assert.Equal([1, 4, 1, 1, 1], context.Calls.Select(call => call.Length));
        foreach (var (text, embedding) in texts.Zip(embeddings))
        {
            Assert.Equal(DirectionOf(text), embedding.Direction);
            Assert.Equal((text.Length, 0), (embedding.Cost.Evaluated, embedding.Cost.Reencoded));
        }
        Assert.Equal((8L, 5 + texts.Sum(text => text.Length)), (embedder.Statistics.Sequences, embedder.Statistics.Tokens));
        Assert.Equal(embedder.Statistics.Busy.TotalSeconds,
            embeddings.Append(await first).Sum(embedding => embedding.Cost.Seconds), 1e-6);
    }

    [Fact]
    public async Task A_text_longer_than_the_context_is_embedded_by_its_last_tokens()
    {
        var (embedder, _) = Open(tokens: 16);
        using var __ = embedder;
        var embedding = await embedder.EmbedAsync($"{new string('x', 30)}the end of it all", s_ct);
        Assert.Equal(DirectionOf("he end of it all"), embedding.Direction);
        Assert.Equal(16, embedding.Cost.Evaluated);
    }

    [Fact]
    public async Task A_text_that_the_model_fails_on_fails_alone()
    {
        var (embedder, _) = Open();
        using var __ = embedder;
        _go.Reset();
        Task<TextEmbedding>[] all = [.. ((string[])["good", "bad!x", "fine"]).Select(text => embedder.EmbedAsync($"x{text}", s_ct))];
        _go.Set();
        await Assert.ThrowsAsync<ModelFaultException>(() => all[1]);
        Assert.Equal(DirectionOf("xgood"), (await all[0]).Direction);
        Assert.Equal(DirectionOf("xfine"), (await all[2]).Direction);
        Assert.True(embedder.IsAlive);
    }

    [Fact]
    public async Task A_model_that_embeds_nothing_any_more_stops_the_engine_and_fails_all()
    {
        var (embedder, context) = Open();
        using var _ = embedder;
        context.IsBroken = true;
        await Assert.ThrowsAsync<EngineFaultException>(() => embedder.EmbedAsync("a", s_ct));
        await Eventually.TrueAsync(() => !embedder.IsAlive);
        await Assert.ThrowsAsync<EngineFaultException>(() => embedder.EmbedAsync("b", s_ct));
    }

    [Fact]
    public async Task A_cancelled_text_ends_as_cancelled_and_a_stopped_engine_fails_those_that_wait()
    {
        var (embedder, _) = Open(texts: 1);
        _go.Reset();
        using var stop = new CancellationTokenSource();
        var running = embedder.EmbedAsync("a", s_ct);
        await Eventually.TrueAsync(() => embedder.Statistics.Load.Waiting == 0);
        var (cancelled, waiting) = (embedder.EmbedAsync("b", stop.Token), embedder.EmbedAsync("c", s_ct));
        await stop.CancelAsync();
        var disposing = Task.Run(embedder.Dispose, s_ct);
        _go.Set();
        await disposing;
        Assert.NotNull((await running).Direction);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        // The engine may have embedded it before it saw the stop.
        Assert.True(await Record.ExceptionAsync(() => waiting) is null or ObjectDisposedException);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => embedder.EmbedAsync("d", s_ct));
    }

    [Fact]
    public async Task A_text_without_tokens_has_no_direction_and_costs_nothing()
    {
        var (embedder, context) = Open();
        using var _ = embedder;
        Assert.Equal(default, await embedder.EmbedAsync("", s_ct));
        Assert.Empty(context.Calls);
    }
}
