using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>Contexts in which each sequence has cells of its own.</summary>
public abstract partial class DecodeContextConformance
{
    [Fact]
    public void Streams_give_the_logits_of_a_shared_cache_for_pieces_of_any_length_and_order()
    {
        using var shared = Open();
        using var streams = Open(cells: 1024, sequences: 4, streams: true);
        var (first, second, third) = (Feed(shared, 0, 5, 6), Feed(shared, 1, 9, 3, 8, 7), Feed(shared, 2, 4));
        // Neither in the order of their numbers nor of one length: llama.cpp cuts such a call.
        var batch = Batch(streams, (9, 0, 3, false), (3, 1, 3, false), (5, 0, 1, false), (8, 2, 3, false), (4, 0, 0, true), (6, 1, 1, true),
            (7, 3, 3, true));
        Assert.Equal(DecodeStatus.Ok, streams.Decode(batch));
        Same(first, streams.Logits(5).ToArray());
        Same(second, streams.Logits(6).ToArray());
        Same(third, streams.Logits(4).ToArray());
    }

    [Fact]
    public void Streams_give_the_hidden_states_of_a_shared_cache_for_pieces_of_any_length_and_order()
    {
        using var shared = Open(hidden: true);
        using var streams = Open(cells: 1024, sequences: 4, hidden: true, streams: true);
        var (first, second, third) = (FeedHidden(shared, 0, 5, 6), FeedHidden(shared, 1, 9, 3, 8, 7), FeedHidden(shared, 2, 4));
        var batch = Batch(streams, (9, 0, 3, false), (3, 1, 3, false), (5, 0, 1, false), (8, 2, 3, false), (4, 0, 0, true), (6, 1, 1, true),
            (7, 3, 3, true));
        Assert.Equal(DecodeStatus.Ok, streams.Decode(batch));
        SameStates(first, streams.Hidden(5).ToArray());
        SameStates(second, streams.Hidden(6).ToArray());
        SameStates(third, streams.Hidden(4).ToArray());
    }

    [Fact]
    public void A_fork_between_streams_is_a_copy_of_the_part_that_was_asked_for()
    {
        using var shared = Open();
        using var streams = Open(cells: 1024, sequences: 4, streams: true);
        var (whole, part) = (Feed(shared, 0, 5, 6, 7, 8, 9), Feed(shared, 1, 5, 6, 11));
        Feed(streams, 2, 5, 6, 7, 8);
        streams.Fork(2, 0, 4);
        streams.Fork(0, 3, 2);
        // The copies are made at the next call: by then the source may be gone.
        streams.Truncate(2, 0);
        Assert.Equal((4, 2), (streams.Length(0), streams.Length(3)));
        Same(whole, Feed(streams, 0, 9));
        Same(part, Feed(streams, 3, 11));
    }

    [Fact]
    public void A_sequence_is_full_when_its_own_stream_is()
    {
        using var context = Open(cells: 512, sequences: 2, batch: 256, streams: true);
        Assert.Equal((512, 256), (context.Cells, context.SequenceCells));
        Feed(context, 0, [.. Enumerable.Repeat(5, 256)]);
        var beyond = Batch(context, (6, 0, 1, true), (6, 256, 0, true));
        Assert.Equal(DecodeStatus.CacheFull, context.Decode(beyond));
        Assert.Equal((256, 0), (context.Length(0), context.Length(1)));
        var whole = Feed(context, 1, 5, 6, 7);
        context.Truncate(0, 0);
        Same(whole, Feed(context, 0, 5, 6, 7));
    }

    [Fact]
    public void A_cut_stream_gives_its_cells_to_the_rest_of_its_sequence()
    {
        using var context = Open(cells: 512, sequences: 2, batch: 256, streams: true);
        var whole = Feed(context, 1, 5, 6, 11);
        Feed(context, 0, [5, 6, .. Enumerable.Repeat(7, 254)]);
        context.Truncate(0, 2);
        Same(whole, Feed(context, 0, 11));
        Feed(context, 0, [.. Enumerable.Repeat(7, 253)]);
        Assert.Equal(256, context.Length(0));
    }
}
