using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Inference.Scheduling;
using Xunit;
using static RebaseBatch.Tests.Inference.Scheduling.PlannedRequest;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class PrefixCacheTests
{
    long _now;

    [Fact]
    public void The_longest_prefix_is_found_whoever_holds_it()
    {
        var cache = new PrefixCache(100, 4);
        Assert.Equal(default, cache.Find(Text(10, 1)));
        Idle(cache, Text(5, 1));
        var longest = Idle(cache, [.. Text(8, 1), 77, 78]);
        var busy = Busy(cache, Text(3, 1));
        Assert.Equal(new(longest, 8, 8), cache.Find(Text(20, 1)));
        Assert.Equal(new(longest, 9, 9), cache.Find([.. Text(8, 1), 77, 79]));
        Assert.Equal(default, cache.Find(Text(20, 2)));

        cache.Close(longest);
        cache.Close(busy);
        Assert.Equal(5, cache.Find(Text(20, 1)).Shared);
    }

    [Fact]
    public void The_last_token_is_always_decoded()
    {
        var cache = new PrefixCache(100, 4);
        var slot = Idle(cache, Text(10, 1));
        Assert.Equal(new(slot, 9, 9), cache.Find(Text(10, 1)));
        Assert.Equal(default, cache.Find(Text(1, 1)));
    }

    [Fact]
    public void Tokens_that_a_busy_slot_is_about_to_hold_are_told_apart()
    {
        var cache = new PrefixCache(100, 4);
        var slot = cache.Open(null, 0, Text(20, 1), 20, 0);
        Assert.Equal(new(null, 0, 9), cache.Find(Text(10, 1)));
        cache.Appended(slot, 6);
        Assert.Equal(new(slot, 6, 9), cache.Find(Text(10, 1)));
        cache.Appended(slot, 14);
        Assert.Equal(new(slot, 9, 9), cache.Find(Text(10, 1)));
    }

    [Fact]
    public void A_fork_shares_its_source_s_cells_and_counts_as_use_of_it()
    {
        var cache = new PrefixCache(100, 4);
        var (first, second) = (Idle(cache, Text(10, 1)), Idle(cache, Text(10, 2)));
        cache.Operations.Clear();
        var fork = cache.Open(first, 6, Text(9, 1), 9, ++_now);
        Assert.Equal([new(fork.Id, 6, first.Id)], cache.Operations.Pending);
        Assert.Equal((20, 6, SlotState.Busy), (100 - cache.FreeCells, fork.Length, fork.State));
        // The other one has not been used for longer now.
        Assert.True(cache.MakeRoom(81));
        Assert.Equal((SlotState.Idle, SlotState.Free), (first.State, second.State));
    }

    [Fact]
    public void Idle_prefixes_are_evicted_the_longest_unused_first_and_only_as_many_as_needed()
    {
        var cache = new PrefixCache(40, 4);
        SequenceSlot[] slots = [Idle(cache, Text(10, 1)), Idle(cache, Text(10, 2)), Idle(cache, Text(10, 3))];
        Assert.True(cache.MakeRoom(10));
        Assert.Equal(0, cache.Evictions);
        Assert.True(cache.MakeRoom(15, except: slots[0]));
        Assert.Equal([SlotState.Idle, SlotState.Free, SlotState.Idle], slots.Select(slot => slot.State));
        Assert.Equal((1, 20), (cache.Evictions, cache.FreeCells));
        // What can't be reached takes none.
        Assert.False(cache.MakeRoom(31, except: slots[0]));
        Assert.Equal((1, 20), (cache.Evictions, cache.FreeCells));
        Assert.True(cache.MakeRoom(40));
        Assert.Equal(3, cache.Evictions);
    }

    [Fact]
    public void A_busy_slot_is_never_evicted()
    {
        var cache = new PrefixCache(40, 2);
        Busy(cache, Text(10, 1));
        Idle(cache, Text(10, 2));
        Assert.False(cache.MakeRoom(31));
        Assert.True(cache.MakeRoom(30));
        Busy(cache, Text(5, 3));
        Assert.False(cache.HasSequence);
        Assert.Throws<InvalidOperationException>(() => cache.Open(null, 0, Text(5, 4), 5, 0));
    }

    [Fact]
    public void Without_a_free_id_another_prefix_goes_and_the_last_one_is_taken_over()
    {
        var cache = new PrefixCache(100, 2);
        var (old, shared) = (Idle(cache, Text(10, 1)), Idle(cache, Text(10, 2)));
        Assert.True(cache.HasSequence);
        var fork = cache.Open(shared, 9, Text(12, 2), 12, ++_now);
        Assert.Equal((old.Id, 1), (fork.Id, cache.Evictions));

        cache.Operations.Clear();
        Assert.True(cache.HasSequence);
        var taken = cache.Open(shared, 7, [.. Text(7, 2), 1, 2], 9, ++_now);
        Assert.Same(shared, taken);
        Assert.Equal([new(shared.Id, 7, null)], cache.Operations.Pending);
        Assert.Equal((7, SlotState.Busy, 1), (taken.Length, taken.State, cache.Evictions));
        Assert.False(cache.HasSequence);
    }

    [Fact]
    public void What_is_kept_is_cut_to_what_lasts_and_nothing_is_not_kept()
    {
        var cache = new PrefixCache(100, 2);
        var slot = Busy(cache, Text(10, 1));
        cache.Keep(slot, 7, search: 5, node: 3, ++_now);
        Assert.Equal((7, 7, SlotState.Idle, 5, 3), (slot.Length, slot.Planned.Length, slot.State, slot.Search, slot.Node));
        slot = Busy(cache, Text(10, 2));
        cache.Keep(slot, 0, search: 5, node: 4, ++_now);
        Assert.Equal((SlotState.Free, 93), (slot.State, cache.FreeCells));
        // A sampled token that was never decoded can't be kept.
        slot = cache.Open(null, 0, Text(4, 3), 4, ++_now);
        cache.Appended(slot, 3);
        cache.Keep(slot, 4, search: 5, node: 5, ++_now);
        Assert.Equal(3, slot.Length);
    }

    [Fact]
    public void A_search_keeps_the_prefixes_of_the_nodes_it_names_and_no_other_search_loses_one()
    {
        var cache = new PrefixCache(100, 5);
        var mine = Enumerable.Range(1, 3).Select(node => Idle(cache, Text(10, node), search: 1, node)).ToList();
        var others = Idle(cache, Text(10, 4), search: 2, node: 1);
        var busy = Busy(cache, Text(10, 5));
        cache.Retain(1, new HashSet<int> { 2 });
        Assert.Equal([SlotState.Free, SlotState.Idle, SlotState.Free], mine.Select(slot => slot.State));
        Assert.Equal((SlotState.Idle, SlotState.Busy, 0), (others.State, busy.State, cache.Evictions));
    }

    [Fact]
    public void The_count_of_cells_is_what_the_operations_make_of_the_memory()
    {
        var operation = from kind in Gen.Choose(0, 5)
                        from a in Gen.Choose(0, 5)
                        from length in Gen.Choose(1, 30)
                        from text in Gen.Choose(1, 2)
                        select (kind, a, length, text);
        Prop.ForAll(operation.ArrayOf().ToArbitrary(), operations =>
        {
            var (cache, memory, now) = (new PrefixCache(100, 4), new CellMemory(4), 0L);
            List<SequenceSlot> busy = [];
            foreach (var (kind, a, length, text) in operations)
            {
                now++;
                var slot = busy.Count > 0 ? busy[a % busy.Count] : null;
                switch (kind)
                {
                    case 0 or 1 when cache.HasSequence:
                        var tokens = Text(length, text);
                        var match = cache.Find(tokens);
                        if (!cache.MakeRoom(length - match.Shared, except: match.Slot)) break;
                        busy.Add(cache.Open(match.Slot, match.Shared, tokens, length, now));
                        break;
                    case 2 when slot is not null && slot.Length < slot.Planned.Length && cache.FreeCells > 0:
                        // As the engine does it: the operations first, then the call, then the booking.
                        var count = Math.Min(Math.Min(1 + length % 5, slot.Planned.Length - slot.Length), cache.FreeCells);
                        memory.Run(cache.Operations);
                        memory.Append(slot.Id, slot.Planned.Slice(slot.Length, count).ToArray());
                        cache.Appended(slot, count);
                        break;
                    case 3 when slot is not null:
                        cache.Keep(slot, length, search: text, node: a, now);
                        busy.Remove(slot);
                        break;
                    case 4 when slot is not null:
                        cache.Close(slot);
                        busy.Remove(slot);
                        break;
                    case 5:
                        cache.Retain(text, new HashSet<int> { a });
                        break;
                }

                memory.Run(cache.Operations);
                if (memory.Used != 100 - cache.FreeCells) return false;
                if (busy.Exists(one => !memory.Tokens(one.Id).AsSpan().SequenceEqual(one.Planned[..one.Length]))) return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(80));
    }

    SequenceSlot Busy(PrefixCache cache, int[] tokens)
    {
        var slot = cache.Open(null, 0, tokens, tokens.Length, ++_now);
        cache.Appended(slot, tokens.Length);
        return slot;
    }

    SequenceSlot Idle(PrefixCache cache, int[] tokens, long search = 1, int node = 1)
    {
        var slot = Busy(cache, tokens);
        cache.Keep(slot, tokens.Length, search, node, ++_now);
        return slot;
    }
}
