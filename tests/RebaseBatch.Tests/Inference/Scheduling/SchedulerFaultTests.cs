using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Inference.Scheduling;
using Xunit;
using static RebaseBatch.Tests.Inference.Scheduling.PlannedRequest;

namespace RebaseBatch.Tests.Inference.Scheduling;

/// <summary>What the scheduler makes of cancelled requests and of calls that did not succeed.</summary>
[Fast]
public sealed class SchedulerFaultTests
{
    const string Cancelled = nameof(OperationCanceledException), Fault = nameof(ModelFaultException);

    [Fact]
    public void A_cancelled_request_ends_in_whatever_state_it_is()
    {
        using CancellationTokenSource running = new(), preempted = new(), waiting = new();
        var table = new SchedulerTable(cells: 24, running: 2, headroom: 1);
        var a = table.Add(new("A", 1, Text(10, 1), adds: 9, ct: running.Token));
        var b = table.Add(new("B", 2, Text(10, 2), children: 2, adds: 9, ct: preempted.Token));
        var c = table.Add(new("C", 3, Text(4, 3), adds: 2, ct: waiting.Token));
        var d = table.Add(new("D", 4, Text(4, 4), adds: 2));
        table.Gives("A0:10 B0:10", "A0:1 B0:1", "A0:1 B0:1", "A0:1");
        Assert.Equal((1, 4), (table.Scheduler.Preemptions, table.Scheduler.Load.Waiting));

        waiting.Cancel();
        table.Gives("A0:1");
        Assert.Equal(Cancelled, c.Ends[0]);
        preempted.Cancel();
        table.Gives("A0:1 D0:4");
        Assert.Equal([Cancelled, Cancelled], b.Ends);
        running.Cancel();
        table.Gives("D0:1", "");
        Assert.Equal((Cancelled, "done"), (a.Ends[0], d.Ends[0]));
        Assert.Equal(5, table.Scheduler.Load.CellsUsed);
    }

    [Fact]
    public void A_cancelled_prefill_owner_takes_its_whole_request_along()
    {
        using var cancel = new CancellationTokenSource();
        var table = new SchedulerTable(batch: 8);
        var a = table.Add(new("A", 1, Text(12, 1), children: 3, ct: cancel.Token));
        var b = table.Add(new("B", 2, Text(12, 1), adds: 1));
        table.Gives("A0:8");
        cancel.Cancel();
        // B had waited for A's prefix and encodes it itself now.
        table.Gives("B0:8", "B0:4", "");
        Assert.Equal([Cancelled, Cancelled, Cancelled], a.Ends);
        Assert.Equal("done", b.Ends[0]);
    }

    [Fact]
    public void A_full_cache_takes_kept_prefixes_then_the_youngest_search_and_at_last_the_only_one()
    {
        var table = new SchedulerTable(cells: 100, headroom: 1);
        table.Add(new("K", 1, Text(20, 9), adds: 1));
        table.Gives("K0:20");
        var a = table.Add(new("A", 2, Text(10, 1), adds: 9));
        var b = table.Add(new("B", 3, Text(8, 2), adds: 9));
        Assert.Equal("A0:10 B0:8", table.IsFull());
        // 80 cells were believed free, and 18 tokens did not fit: 98 would be enough, so the kept prefix goes. The same batch is tried
        // again.
        Assert.Equal((1, 0), (table.Scheduler.Evictions, table.Scheduler.Preemptions));
        Assert.Equal("A0:10 B0:8", table.IsFull());
        Assert.Equal("cut 0:0", table.Operations);
        Assert.Equal((1, 1), (table.Scheduler.Evictions, table.Scheduler.Preemptions));
        // B comes back as the accounting has room for it.
        Assert.Equal("A0:10 B0:8", table.IsFull());
        Assert.Equal(2, table.Scheduler.Preemptions);
        Assert.Equal(("", ""), (a.Ends[0], b.Ends[0]));

        table = new(cells: 100);
        a = table.Add(new("A", 2, Text(10, 1), adds: 9));
        Assert.Equal("A0:10", table.IsFull());
        Assert.Equal(Fault, a.Ends[0]);
        table.Gives("");
    }

    [Fact]
    public void After_a_failed_call_each_sequence_is_tried_alone_and_only_the_one_at_fault_fails()
    {
        var table = new SchedulerTable();
        var requests = "ABC".Select((name, i) => table.Add(new($"{name}", i + 1, Text(4, i + 1), adds: 2))).ToList();
        Assert.Equal(("A0:4 B0:4 C0:4", null), table.Fails());
        // One that comes now waits until the suspects are through.
        requests.Add(table.Add(new("D", 4, Text(4, 4), adds: 2)));
        table.Gives("A0:4");
        Assert.Equal(("B0:4", "B0"), table.Fails());
        table.Gives("C0:4", "A0:1 C0:1 D0:4", "D0:1", "");
        Assert.Equal(["done", Fault, "done", "done"], requests.Select(request => request.Ends[0]));
    }

    [Fact]
    public void A_suspect_that_is_cancelled_or_done_is_not_tried()
    {
        using var cancel = new CancellationTokenSource();
        var table = new SchedulerTable();
        table.Add(new("A", 1, Text(4, 1), adds: 1));
        table.Add(new("B", 2, Text(4, 2), adds: 2, ct: cancel.Token));
        table.Add(new("C", 3, Text(4, 3), adds: 2));
        table.Fails();
        cancel.Cancel();
        table.Gives("A0:4", "C0:4", "C0:1", "");
    }

    [Fact]
    public void A_prefill_owner_that_fails_leaves_the_prefix_to_a_sibling()
    {
        var table = new SchedulerTable();
        var a = table.Add(new("A", 1, Text(4, 1), children: 2, adds: 2));
        Assert.Equal(("A0:4", "A0"), table.Fails());
        table.Gives("A1:4", "A1:1", "");
        Assert.Equal([Fault, "done"], a.Ends);
    }

    [Fact]
    public void A_broken_output_fails_its_own_sequence()
    {
        var table = new SchedulerTable();
        var a = table.Add(new("A", 1, Text(4, 1), adds: 2));
        var b = table.Broken = table.Add(new("B", 2, Text(4, 2), adds: 2));
        table.Gives("A0:4 B0:4", "A0:1", "");
        Assert.Equal(("done", Fault), (a.Ends[0], b.Ends[0]));
        Assert.Equal(5, table.Scheduler.Load.CellsUsed);
    }

    [Fact]
    public void An_end_of_the_engine_reaches_running_preempted_and_waiting_requests()
    {
        var table = new SchedulerTable(cells: 24, running: 2, headroom: 1);
        var all = new[] { (Search: 1, Prefix: 10), (Search: 2, Prefix: 10), (Search: 3, Prefix: 4) }
            .Select(one => table.Add(new($"{one.Search}", one.Search, Text(one.Prefix, one.Search), children: 2, adds: 9))).ToList();
        table.Gives("10:10 20:10", "10:1 20:1");
        table.Scheduler.FailAll(new EngineFaultException("the device is gone"));
        Assert.All(all.SelectMany(request => request.Ends), end => Assert.Equal(nameof(EngineFaultException), end));
    }

    [Fact]
    public void Whatever_happens_each_sequence_ends_once_and_the_cells_are_those_that_are_held()
    {
        var act = from kind in Gen.Choose(0, 9)
                  from search in Gen.Choose(1, 4)
                  from size in Gen.Choose(1, 40)
                  from children in Gen.Choose(1, 4)
                  select (kind, search, size, children);
        Prop.ForAll(act.ArrayOf().ToArbitrary(), acts =>
        {
            var table = new SchedulerTable(cells: 64, sequences: 5, batch: 12, running: 4, headroom: 2);
            List<(PlannedRequest Request, CancellationTokenSource Cancel)> all = [];
            foreach (var (kind, search, size, children) in acts)
            {
                if (kind < 4)
                {
                    var cancel = new CancellationTokenSource();
                    // Two texts, so that requests share prefixes of any length.
                    var request = new PlannedRequest($"{all.Count}.", search, Text(size, children % 2), children, adds: 1 + size % 20,
                        ct: cancel.Token);
                    all.Add((table.Add(request), cancel));
                }
                else if (kind == 4 && all.Count > 0) all[size % all.Count].Cancel.Cancel();
                else if (kind == 5) table.Scheduler.Retain(search, new HashSet<int> { children });
                else if (kind == 6) table.Fails();
                else if (kind == 7 && table.Scheduler.Load.CellsUsed < 40) table.IsFull();
                else table.Turn();
            }

            for (var turn = 0; !table.Scheduler.IsIdle; turn++)
            {
                table.Turn();
                if (turn > 5000) return false;
            }

            return all.All(one => one.Request.Ends.All(end => end is not ""));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(80));
    }
}
