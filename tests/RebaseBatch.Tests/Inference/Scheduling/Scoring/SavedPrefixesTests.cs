using System.Buffers;
using RebaseBatch.Inference.Scheduling.Scoring;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling.Scoring;

[Fast]
public sealed class SavedPrefixesTests
{
    static SavedPrefix Prefix(long search, int node, params int[] tokens) =>
        new(search, node, tokens, tokens.Length, ArrayPool<byte>.Shared.Rent(64), 64);

    [Fact]
    public void A_prefix_that_is_dropped_while_it_is_copied_keeps_its_array_until_the_copy_is_over()
    {
        var saved = new SavedPrefixes(1000);
        saved.Add(Prefix(1, 1, 2, 3, 4));
        var (borrowed, shared) = saved.Borrow([2, 3, 4, 5], 0)!.Value;
        Assert.Equal(3, shared);
        saved.Retain(1, new HashSet<int>());
        Assert.Equal((0, null), (saved.Tokens, saved.Borrow([2, 3, 4, 5], 0)));
        Assert.Equal(1, borrowed.References);
        // The pool of a thread gives out the array first that came back last.
        Assert.NotSame(borrowed.Rented, ArrayPool<byte>.Shared.Rent(64));
        saved.Return(borrowed);
        Assert.Equal(0, borrowed.References);
        Assert.Same(borrowed.Rented, ArrayPool<byte>.Shared.Rent(64));
    }

    [Fact]
    public void The_prefix_that_was_not_used_for_the_longest_time_goes_first()
    {
        var saved = new SavedPrefixes(128);
        saved.Add(Prefix(1, 1, 2, 3, 4));
        saved.Add(Prefix(2, 1, 7, 8, 9));
        saved.Return(saved.Borrow([2, 3, 4, 5], 0)!.Value.Prefix);
        saved.Add(Prefix(3, 1, 10, 11));
        Assert.Equal((3, 0, 2), (saved.Shared([2, 3, 4, 5]), saved.Shared([7, 8, 9, 5]), saved.Shared([10, 11, 5])));
        Assert.Equal((1, 5), (saved.Evictions, saved.Tokens));
    }
}
