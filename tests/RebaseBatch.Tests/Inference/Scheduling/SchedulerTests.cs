using Xunit;
using static RebaseBatch.Tests.Inference.Scheduling.PlannedRequest;

namespace RebaseBatch.Tests.Inference.Scheduling;

/// <summary>Admission, sharing and room. What follows faults and cancellations is in <see cref="SchedulerFaultTests"/>.</summary>
[Fast]
public sealed class SchedulerTests
{
    [Fact]
    public void Nothing_is_planned_without_a_request()
    {
        var table = new SchedulerTable();
        Assert.True(table.Scheduler.IsIdle);
        table.Gives("", "");
        table.Add(new("A", 1, Text(10, 1), adds: 1));
        Assert.False(table.Scheduler.IsIdle);
        table.Gives("A0:10", "");
        Assert.True(table.Scheduler.IsIdle);
    }

    [Fact]
    public void Older_searches_are_admitted_first_and_a_search_s_requests_in_the_order_they_came()
    {
        var table = new SchedulerTable(running: 2);
        table.Add(new("C", 3, Text(10, 3), adds: 2));
        table.Add(new("B", 2, Text(10, 2), adds: 2));
        table.Add(new("A", 1, Text(10, 1), adds: 2));
        table.Add(new("D", 1, Text(10, 4), adds: 2));
        table.Gives("A0:10 D0:10", "A0:1 D0:1", "B0:10 C0:10", "B0:1 C0:1", "");
    }

    [Fact]
    public void No_request_overtakes_a_large_one_that_waits_for_room()
    {
        var table = new SchedulerTable(cells: 64, headroom: 2);
        table.Add(new("A", 1, Text(30, 1), adds: 3));
        table.Gives("A0:30");
        table.Add(new("B", 2, Text(50, 2), adds: 2));
        table.Add(new("C", 3, Text(4, 3), adds: 2));
        // C would fit beside A. A's end makes room for B, and B leaves enough for C.
        table.Gives("A0:1", "A0:1", "B0:50 C0:4", "B0:1 C0:1", "");
    }

    [Fact]
    public void Decoding_sequences_come_first_and_a_long_prefix_takes_the_rest_of_the_batch()
    {
        var table = new SchedulerTable(batch: 16);
        table.Add(new("A", 1, Text(5, 1), children: 2, adds: 4));
        table.Gives("A0:5");
        table.Add(new("B", 2, Text(30, 2), adds: 2));
        table.Gives("A0:1 A1:1 B0:14", "A0:1 A1:1 B0:14", "A0:1 A1:1 B0:2", "B0:1", "");
    }

    [Fact]
    public void A_request_waits_for_the_prefix_that_a_running_sequence_is_about_to_encode()
    {
        var table = new SchedulerTable(batch: 16);
        table.Add(new("A", 1, Text(44, 1), adds: 3));
        table.Add(new("B", 2, Text(44, 1), adds: 2));
        table.Add(new("C", 3, Text(7, 3), adds: 1));
        // C does not wait behind B: B waits for A, and no room would help it. B decodes the prefix's last token itself.
        table.Gives("A0:16", "A0:16", "A0:12 C0:4", "A0:1 B0:1 C0:3");
    }

    [Fact]
    public void A_prefix_that_is_only_a_little_longer_than_the_cached_one_is_not_waited_for()
    {
        var table = new SchedulerTable(batch: 64);
        table.Add(new("A", 1, Text(9, 1), adds: 2));
        table.Add(new("B", 2, Text(9, 1), adds: 2));
        table.Gives("A0:9 B0:9");

        table = new(batch: 64);
        table.Add(new("A", 1, Text(10, 1), adds: 2));
        table.Add(new("B", 2, Text(10, 1), adds: 2));
        table.Gives("A0:10", "A0:1 B0:1");
    }

    [Fact]
    public void One_sequence_encodes_the_prefix_and_its_siblings_fork_off_it()
    {
        var table = new SchedulerTable(batch: 8);
        var a = table.Add(new("A", 1, Text(12, 1), children: 3, adds: 3));
        table.Gives("A0:8");
        Assert.Equal("A0", ((Sequence)a.PrefillOwner!).Name);
        Assert.Equal(1, table.Scheduler.Load.Waiting);
        table.Gives("A0:4");
        Assert.Null(a.PrefillOwner);
        Assert.Equal(0, table.Scheduler.Load.Waiting);
        table.Gives("A0:1 A1:1 A2:1");
        Assert.Equal("fork 0>1:12 fork 0>2:12", table.Operations);
        table.Gives("A0:1 A1:1 A2:1", "");
        Assert.Equal(["done", "done", "done"], a.Ends);
        // 12 tokens of the prefix and two of each sequence: its last is sampled and never encoded.
        Assert.Equal(12 + 3 * 2, table.Scheduler.Load.CellsUsed);
    }

    [Fact]
    public void Siblings_for_which_there_is_no_place_come_when_one_is_free()
    {
        var table = new SchedulerTable(sequences: 2);
        var a = table.Add(new("A", 1, Text(10, 1), children: 3, adds: 2));
        table.Gives("A0:10", "A0:1 A1:1");
        Assert.Equal(1, table.Scheduler.Load.Waiting);
        // The third decodes the prefix's last token again: its output is gone. It needs an id, so the prefix that lies longest goes.
        table.Gives("A2:1", "A2:1", "");
        Assert.Equal(["done", "done", "done"], a.Ends);
        Assert.Equal(1, table.Scheduler.Evictions);
    }

    [Fact]
    public void A_continued_prefix_is_taken_over_where_it_lies()
    {
        var table = new SchedulerTable();
        var a = table.Add(new("A", 1, Text(10, 1), adds: 3));
        table.Gives("A0:10", "A0:1", "A0:1");
        Assert.Equal("done", a.Ends[0]);
        int[] continued = [.. a.Prefix, 1_000_010, 1_000_011, 1_000_012];
        table.Add(new("B", 1, continued, adds: 1));
        // Ten tokens and the first two that A sampled are there.
        table.Gives("B0:1");
        Assert.Equal("fork 0>1:12", table.Operations);
    }

    [Fact]
    public void Kept_prefixes_give_way_before_any_running_sequence_does()
    {
        var table = new SchedulerTable(cells: 50, headroom: 2);
        table.Add(new("A", 1, Text(15, 1), adds: 1));
        table.Gives("A0:15");
        table.Add(new("B", 2, Text(15, 2), adds: 1));
        table.Gives("B0:15");
        Assert.Equal(30, table.Scheduler.Load.CellsUsed);
        // 20 cells are free. C's prefix needs A's as well, the longest unused; later its tokens need B's.
        table.Add(new("C", 3, Text(25, 3), adds: 20));
        table.Gives("C0:25");
        Assert.Equal("cut 0:0", table.Operations);
        for (var i = 0; i < 10; i++) table.Gives("C0:1");
        Assert.Equal((1, 50), (table.Scheduler.Evictions, table.Scheduler.Load.CellsUsed));
        table.Gives("C0:1");
        Assert.Equal((2, 36), (table.Scheduler.Evictions, table.Scheduler.Load.CellsUsed));
        Assert.Equal(0, table.Scheduler.Preemptions);
    }

    [Fact]
    public void The_youngest_search_yields_and_comes_back_before_all_who_wait()
    {
        var table = new SchedulerTable(cells: 30, running: 2, headroom: 1);
        var a = table.Add(new("A", 1, Text(10, 1), adds: 6));
        var b = table.Add(new("B", 2, Text(10, 2), adds: 7));
        var c = table.Add(new("C", 3, Text(5, 3), adds: 1));
        table.Gives("A0:10 B0:10", "A0:1 B0:1", "A0:1 B0:1", "A0:1 B0:1", "A0:1 B0:1", "A0:1 B0:1");
        Assert.Equal("done", a.Ends[0]);
        Assert.Equal(30, table.Scheduler.Load.CellsUsed);
        // A's prefix goes for what B and C need.
        table.Gives("B0:1 C0:5");
        Assert.Equal((0, "done"), (table.Scheduler.Preemptions, b.Ends[0]));
        Assert.Equal("done", c.Ends[0]);
    }

    [Fact]
    public void A_preempted_sequence_keeps_what_it_has_sampled_and_encodes_it_again()
    {
        var table = new SchedulerTable(cells: 24, headroom: 1);
        var a = table.Add(new("A", 1, Text(10, 1), adds: 5));
        var b = table.Add(new("B", 2, Text(10, 2), adds: 5));
        table.Gives("A0:10 B0:10");
        var c = table.Add(new("C", 3, Text(4, 3), adds: 2));
        table.Gives("A0:1 B0:1", "A0:1 B0:1", "A0:1");
        Assert.Equal((1, 13), (table.Scheduler.Preemptions, table.Scheduler.Load.CellsUsed));
        // B waits, and C behind it.
        Assert.Equal(2, table.Scheduler.Load.Waiting);
        table.Gives("A0:1");
        Assert.Equal("done", a.Ends[0]);
        // Ten tokens of the prefix and three sampled ones; twelve of them had been encoded.
        // A's prefix goes for C.
        table.Gives("B0:13 C0:4");
        Assert.Equal((12, 1), (table.Scheduler.Reencoded, table.Scheduler.Evictions));
        table.Gives("B0:1 C0:1", "");
        Assert.Equal(("done", "done"), (b.Ends[0], c.Ends[0]));
    }

    [Fact]
    public void A_prefill_owner_that_is_preempted_leaves_the_prefix_to_a_sibling()
    {
        var table = new SchedulerTable(cells: 40, batch: 8, headroom: 1);
        table.Add(new("A", 1, Text(8, 1), adds: 12));
        table.Gives("A0:8");
        var b = table.Add(new("B", 2, Text(20, 2), children: 2, adds: 2));
        table.Gives("A0:1 B0:7");
        Assert.Equal("B0", ((Sequence)b.PrefillOwner!).Name);
        Assert.Equal("A0:1 B0:7", table.IsFull());
        Assert.Null(b.PrefillOwner);
        Assert.Equal(1, table.Scheduler.Preemptions);
        // The preempted one comes back first. The sibling waits no more for it than any other request would.
        table.Gives("A0:1 B0:7", "A0:1 B0:7", "A0:1 B0:6 B1:1", "A0:1 B0:1 B1:5", "A0:1 B1:1");
        Assert.Equal(["done", "done"], b.Ends);
    }

    [Fact]
    public void A_sequence_that_is_alone_gets_all_cells_there_are()
    {
        var table = new SchedulerTable(cells: 20, headroom: 8);
        table.Add(new("A", 1, Text(12, 1), adds: 1));
        table.Gives("A0:12");
        // Neither the headroom nor the shared prefix can be kept: 12 tokens are there, and 8 more need 20 cells.
        table.Add(new("B", 2, [.. Text(6, 1), .. Text(13, 2)], adds: 1));
        table.Gives("B0:19", "");
        Assert.Equal(1, table.Scheduler.Evictions);
    }

    [Fact]
    public void A_search_that_lets_go_of_its_prefixes_frees_their_cells()
    {
        var table = new SchedulerTable();
        table.Add(new("A", 1, Text(10, 1), children: 2, adds: 3));
        table.Gives("A0:10", "A0:1 A1:1", "A0:1 A1:1");
        Assert.Equal(14, table.Scheduler.Load.CellsUsed);
        table.Scheduler.Retain(1, new HashSet<int> { 2 });
        table.Gives("");
        Assert.Equal("cut 0:0", table.Operations);
        Assert.Equal(12, table.Scheduler.Load.CellsUsed);
        table.Scheduler.Retain(2, new HashSet<int>());
        Assert.Equal(12, table.Scheduler.Load.CellsUsed);
        table.Scheduler.Retain(1, new HashSet<int>());
        table.Gives("");
        Assert.Equal(0, table.Scheduler.Load.CellsUsed);
        Assert.Equal(0, table.Scheduler.Evictions);
    }
}
