using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>What every runtime behind the port must do, and must refuse before it reaches native code.</summary>
public abstract partial class DecodeContextConformance
{
    private protected abstract ILanguageModel Model { get; }

    /// <summary>How far logits may differ when the same prefix was decoded in another batch.</summary>
    private protected abstract float Tolerance { get; }

    IDecodeContext Open(int cells = 512, int sequences = 8, int batch = 64, bool hidden = false, bool streams = false) =>
        Model.CreateContext(new()
        {
            Cells = cells, MaxSequences = sequences, BatchTokens = batch, Threads = 1, HiddenStates = hidden, Streams = streams,
        });

    static DecodeBatch Batch(IDecodeContext context, params (int Token, int Position, int Sequence, bool Output)[] entries)
    {
        var batch = new DecodeBatch(context.BatchTokens);
        foreach (var (token, position, sequence, output) in entries) batch.Add(token, position, sequence, output);
        return batch;
    }

    static float[] Feed(IDecodeContext context, int sequence, params int[] tokens)
    {
        var batch = new DecodeBatch(context.BatchTokens);
        var start = context.Length(sequence);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], start + i, sequence, i == tokens.Length - 1);
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        return context.Logits(tokens.Length - 1).ToArray();
    }

    void Same(float[] expected, float[] actual)
    {
        Assert.Equal(Model.Facts.VocabularySize, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(actual[i], expected[i] - Tolerance, expected[i] + Tolerance);
    }

    static float[] FeedHidden(IDecodeContext context, int sequence, params int[] tokens)
    {
        Feed(context, sequence, tokens);
        return context.Hidden(tokens.Length - 1).ToArray();
    }

    void SameStates(float[] expected, float[] actual)
    {
        Assert.Equal(Model.Facts.Width, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(actual[i], expected[i] - Tolerance, expected[i] + Tolerance);
    }

    [Fact]
    public void A_forked_sequence_goes_on_as_if_it_had_been_encoded_itself()
    {
        using var context = Open();
        var whole = Feed(context, 0, 5, 6, 7, 8, 9);
        Feed(context, 1, 5, 6, 7);
        context.Fork(1, 2, 3);
        Same(whole, Feed(context, 2, 8, 9));
        Assert.Equal(3, context.Length(1));
    }

    [Fact]
    public void A_fork_may_share_only_a_part()
    {
        using var context = Open();
        var whole = Feed(context, 0, 5, 6, 11);
        Feed(context, 1, 5, 6, 7, 8);
        context.Fork(1, 2, 2);
        Same(whole, Feed(context, 2, 11));
    }

    [Fact]
    public void A_truncated_sequence_forgets_the_rest()
    {
        using var context = Open();
        var whole = Feed(context, 0, 5, 6, 11);
        Feed(context, 1, 5, 6, 7, 8);
        context.Truncate(1, 2);
        Same(whole, Feed(context, 1, 11));
    }

    [Fact]
    public void Truncating_a_fork_leaves_its_source_whole()
    {
        using var context = Open();
        var whole = Feed(context, 0, 5, 6, 7, 9);
        Feed(context, 1, 5, 6, 7);
        context.Fork(1, 2, 3);
        context.Truncate(2, 0);
        Same(whole, Feed(context, 1, 9));
    }

    [Fact]
    public void One_batch_may_carry_many_sequences()
    {
        using var context = Open();
        var (first, second) = (Feed(context, 0, 5, 6), Feed(context, 1, 9, 3));
        var batch = Batch(context, (5, 0, 2, false), (9, 0, 3, false), (6, 1, 2, true), (3, 1, 3, true));
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        Same(first, context.Logits(2).ToArray());
        Same(second, context.Logits(3).ToArray());
    }

    [Fact]
    public void Logits_of_an_earlier_call_are_refused_also_where_the_batch_is_the_same_one_again()
    {
        using var context = Open();
        var batch = Batch(context, (5, 0, 0, true), (6, 1, 0, true), (7, 2, 0, true));
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        batch.Clear();
        batch.Add(8, 3, 0, output: true);
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        context.Logits(0);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Logits(2).Length);
    }

    [Fact]
    public void A_full_cache_says_so_and_stays_as_it_was()
    {
        using var context = Open(cells: 256, batch: 200);
        Feed(context, 0, [.. Enumerable.Repeat(5, 200)]);
        var batch = new DecodeBatch(200);
        for (var i = 0; i < 100; i++) batch.Add(6, i, 1, i == 99);
        Assert.Equal(DecodeStatus.CacheFull, context.Decode(batch));
        Assert.Equal(0, context.Length(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Logits(99));
        context.Truncate(0, 0);
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        Assert.Equal(100, context.Length(1));
    }

    [Fact]
    public void Freed_cells_are_used_again_though_they_lie_scattered()
    {
        using var context = Open(cells: 256, sequences: 8, batch: 64);
        for (var sequence = 0; sequence < 8; sequence++) Feed(context, sequence, [.. Enumerable.Repeat(5, 32)]);
        for (var sequence = 0; sequence < 8; sequence += 2) context.Truncate(sequence, 0);
        Feed(context, 0, [.. Enumerable.Repeat(6, 64)]);
        Feed(context, 2, [.. Enumerable.Repeat(6, 64)]);
        Assert.Equal(64, context.Length(2));
    }

    [Fact]
    public void What_would_abort_a_native_library_is_refused_and_changes_nothing()
    {
        using var context = Open(sequences: 4, batch: 16);
        var whole = Feed(context, 0, 5, 6, 7);
        context.Truncate(0, 2);
        var vocabulary = Model.Facts.VocabularySize;
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(Batch(context, (vocabulary, 2, 0, true))));
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(Batch(context, (-1, 2, 0, true))));
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(Batch(context, (5, 3, 0, true))));
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(Batch(context, (5, 0, 0, true))));
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(Batch(context, (5, 0, 4, true))));
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(Batch(context, (5, 0, -1, true))));
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(Batch(context, (5, 2, 0, true), (5, 9, 1, true))));
        var large = new DecodeBatch(17);
        for (var i = 0; i < 17; i++) large.Add(5, i, 1, false);
        Assert.ThrowsAny<ArgumentException>(() => context.Decode(large));
        Assert.ThrowsAny<ArgumentException>(() => context.Fork(0, 0, 1));
        Assert.ThrowsAny<ArgumentException>(() => context.Fork(0, 1, 3));
        Assert.ThrowsAny<ArgumentException>(() => context.Fork(0, 1, 0));
        Assert.ThrowsAny<ArgumentException>(() => context.Fork(0, 9, 1));
        Assert.ThrowsAny<ArgumentException>(() => context.Truncate(0, 3));
        Assert.ThrowsAny<ArgumentException>(() => context.Truncate(0, -1));
        Assert.ThrowsAny<ArgumentException>(() => context.Logits(0));
        Same(whole, Feed(context, 0, 7));
        Assert.ThrowsAny<ArgumentException>(() => context.Logits(5));
        Assert.ThrowsAny<ArgumentException>(() => context.Logits(-1));
    }

    [Fact]
    public void Every_token_of_a_batch_may_ask_for_its_logits()
    {
        using var context = Open(batch: 64);
        var batch = new DecodeBatch(64);
        for (var i = 0; i < 64; i++) batch.Add(5 + i % 3, i, 0, true);
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        var third = context.Logits(2).ToArray();
        Same(Feed(context, 1, 5, 6, 7), third);
    }

    [Fact]
    public void A_forked_or_cut_sequence_has_the_hidden_state_of_a_fresh_one()
    {
        using var context = Open(hidden: true);
        var whole = FeedHidden(context, 0, 5, 6, 7, 8, 9);
        FeedHidden(context, 1, 5, 6, 7, 11);
        context.Fork(1, 2, 3);
        SameStates(whole, FeedHidden(context, 2, 8, 9));
        context.Truncate(1, 3);
        SameStates(whole, FeedHidden(context, 1, 8, 9));
    }

    [Fact]
    public void Hidden_states_differ_from_prefix_to_prefix()
    {
        using var context = Open(hidden: true);
        var (first, second) = (FeedHidden(context, 0, 5, 6, 7), FeedHidden(context, 1, 5, 9, 7));
        Assert.Contains(first.Zip(second), pair => Math.Abs(pair.First - pair.Second) > 2 * Tolerance);
    }

    [Fact]
    public void Each_sequence_of_a_batch_has_a_hidden_state_of_its_own_and_its_logits_beside_it()
    {
        using var plain = Open();
        using var context = Open(hidden: true);
        var (firstLogits, secondLogits) = (Feed(plain, 0, 5, 6), Feed(plain, 1, 9, 3));
        var (first, second) = (FeedHidden(context, 0, 5, 6), FeedHidden(context, 1, 9, 3));
        var batch = Batch(context, (5, 0, 2, false), (9, 0, 3, false), (6, 1, 2, true), (3, 1, 3, true));
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        SameStates(first, context.Hidden(2).ToArray());
        SameStates(second, context.Hidden(3).ToArray());
        Same(firstLogits, context.Logits(2).ToArray());
        Same(secondLogits, context.Logits(3).ToArray());
    }

    [Fact]
    public void Each_wanted_token_of_a_batch_has_its_own_hidden_state_however_many_are_not_wanted()
    {
        using var context = Open(hidden: true);
        var (first, second) = (FeedHidden(context, 0, 5), FeedHidden(context, 1, 9, 3, 7));
        // A call without any output, as for the first part of a long prompt, comes between.
        Assert.Equal(DecodeStatus.Ok, context.Decode(Batch(context, (9, 0, 3, false))));
        var batch = Batch(context, (3, 1, 3, false), (5, 0, 2, true), (7, 2, 3, true), (6, 1, 2, false));
        Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
        SameStates(first, context.Hidden(1).ToArray());
        SameStates(second, context.Hidden(2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Hidden(3));
    }

    [Fact]
    public void Hidden_states_that_nobody_asked_for_are_refused()
    {
        using var without = Open();
        Feed(without, 0, 5, 6);
        Assert.Throws<InvalidOperationException>(() => without.Hidden(1));

        var context = Open(hidden: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Hidden(0));
        FeedHidden(context, 0, 5, 6);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Hidden(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Hidden(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Hidden(-1));
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Hidden(1));
    }

    [Fact]
    public void A_disposed_context_refuses_work()
    {
        var context = Open();
        context.Dispose();
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Decode(Batch(context, (5, 0, 0, true))));
        Assert.Throws<ObjectDisposedException>(() => context.Fork(0, 1, 1));
    }

    [Fact]
    public void Two_contexts_of_one_model_decode_at_the_same_time()
    {
        using var reference = Open();
        var expected = Feed(reference, 0, 5, 6, 7, 8);
        Parallel.For(0, 4, _ =>
        {
            using var context = Open();
            for (var round = 0; round < 20; round++)
            {
                Same(expected, Feed(context, 0, 5, 6, 7, 8));
                context.Truncate(0, 0);
            }
        });
    }
}
