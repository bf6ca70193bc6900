using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>Sequences that are copied out of a context and in again, and the threads of a call.</summary>
public abstract partial class DecodeContextConformance
{
    static byte[] Saved(IDecodeContext context, int sequence)
    {
        var state = new byte[context.StateBytes(sequence)];
        context.Save(sequence, state);
        return state;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loaded_sequence_goes_on_as_if_it_had_been_encoded_there(bool streams)
    {
        using var source = Open(cells: 1024, sequences: 4, streams: streams);
        using var target = Open(cells: 1024, sequences: 4, streams: streams);
        var (whole, other) = (Feed(source, 0, 5, 6, 7, 8, 9), Feed(source, 1, 5, 6, 11));
        Feed(source, 2, 5, 6, 7, 8);
        var state = Saved(source, 2);
        // The source keeps it.
        Same(whole, Feed(source, 2, 9));

        Feed(target, 0, 3, 3, 3);
        Assert.True(target.Load(3, state, 4));
        Assert.Equal(4, target.Length(3));
        target.Fork(3, 1, 2);
        Same(whole, Feed(target, 3, 9));
        Same(other, Feed(target, 1, 11));
        target.Truncate(3, 2);
        Same(other, Feed(target, 3, 11));
    }

    [Fact]
    public void A_sequence_that_shares_cells_is_saved_whole()
    {
        using var source = Open();
        using var target = Open();
        var whole = Feed(source, 0, 5, 6, 7, 8, 9);
        Feed(source, 1, 5, 6, 7);
        source.Fork(1, 2, 3);
        Feed(source, 1, 4);
        Feed(source, 2, 8);
        Assert.True(target.Load(0, Saved(source, 2), 4));
        Same(whole, Feed(target, 0, 9));
    }

    [Fact]
    public void A_context_without_room_loads_nothing()
    {
        using var source = Open(cells: 256, batch: 200);
        using var target = Open(cells: 256, batch: 200);
        Feed(source, 0, [.. Enumerable.Repeat(5, 200)]);
        var state = Saved(source, 0);
        Feed(target, 1, [.. Enumerable.Repeat(6, 100)]);
        Assert.False(target.Load(0, state, 200));
        Assert.Equal((0, 100), (target.Length(0), target.Length(1)));
        target.Truncate(1, 0);
        Assert.True(target.Load(0, state, 200));
        Same(Feed(source, 0, 7), Feed(target, 0, 7));
    }

    [Fact]
    public void What_can_not_be_copied_is_refused()
    {
        using var context = Open(sequences: 4);
        Assert.ThrowsAny<ArgumentException>(() => context.StateBytes(0));
        Assert.ThrowsAny<ArgumentException>(() => context.Save(0, new byte[100]));
        Feed(context, 0, 5, 6, 7);
        var state = Saved(context, 0);
        Assert.ThrowsAny<ArgumentException>(() => context.Save(0, new byte[state.Length - 1]));
        Assert.ThrowsAny<ArgumentException>(() => context.Load(0, state, 3));
        Assert.ThrowsAny<ArgumentException>(() => context.Load(4, state, 3));
        Assert.ThrowsAny<ArgumentException>(() => context.Load(1, state, 0));
        Assert.ThrowsAny<ArgumentException>(() => context.Load(1, state, context.SequenceCells + 1));
        Assert.Equal(0, context.Length(1));
    }

    [Fact]
    public void A_call_decodes_with_as_many_threads_as_are_set()
    {
        using var context = Open();
        var whole = Feed(context, 0, 5, 6, 7, 8, 9);
        Feed(context, 1, 5, 6);
        context.Threads = 2;
        Feed(context, 1, 7, 8);
        context.Threads = 1;
        Same(whole, Feed(context, 1, 9));
        Assert.ThrowsAny<ArgumentException>(() => context.Threads = 0);
        Assert.ThrowsAny<ArgumentException>(() => context.Threads = DecodeContextOptions.MostThreads + 1);
        Assert.Equal(1, context.Threads);
    }
}
