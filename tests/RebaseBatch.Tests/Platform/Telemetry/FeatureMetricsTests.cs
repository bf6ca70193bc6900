using System.Diagnostics.Metrics;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Platform.Telemetry;

public sealed class FeatureMetricsTests : IDisposable
{
    readonly Meter _meter = new("test");
    readonly MeterReading _reading;
    readonly ManualTime _time = new();

    public FeatureMetricsTests() => _reading = new(_meter);

    public void Dispose()
    {
        _reading.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_batch_is_active_until_it_ends_and_then_has_its_duration_and_outcome()
    {
        var metrics = new BatchMetrics(_meter, new(_meter), _time);
        var (first, second) = (metrics.Begin(), metrics.Begin());
        Assert.Equal(2, Assert.Single(_reading.Take()).Value);

        _time.Pass(TimeSpan.FromSeconds(90));
        metrics.End(first, BatchOutcome.LeaseLost);
        var read = _reading.Take();

        Assert.Equal((90, "lease_lost"),
            (Of(read, "rebasebatch.batch.duration").Value, Of(read, "rebasebatch.batch.duration").Tag("outcome")));
        Assert.Equal(1, Of(read, "rebasebatch.batches.active").Value);
        Assert.Equal(1, Of(read, "rebasebatch.lease.lost").Value);
        metrics.End(second, BatchOutcome.Completed);
        Assert.Equal(0, Of(_reading.Take(), "rebasebatch.batches.active").Value);
    }

    [Fact]
    public void A_batch_given_back_because_the_database_lost_commits_is_counted()
    {
        var metrics = new BatchMetrics(_meter, new(_meter), _time);
        metrics.End(metrics.Begin(), BatchOutcome.Rewound);
        Assert.Equal(1, Of(_reading.Take(), "rebasebatch.checkpoint.rewound").Value);
    }

    [Fact]
    public void Every_reason_to_stop_has_an_outcome_of_its_own() => Assert.Equal(
        ["cancelled", "completed", "drained", "failed", "lease_lost", "machine_fault", "rewound"],
        StoredNames.All<BatchOutcome>().Order());

    [Fact]
    public void Problems_count_by_how_they_ended()
    {
        var metrics = new SearchMetrics(_meter, new(_time));
        metrics.Solved(unanswered: null);
        metrics.Solved(UnansweredCause.RewardContext);
        metrics.Failed();
        var read = _reading.Take();
        var unanswered = Of(read, "rebasebatch.problems.unanswered");
        Assert.Equal(("reward_context", 1), (unanswered.Tag("cause"), unanswered.Value));
        Assert.Equal([("failed", 1), ("solved", 2)], read.Where(read => read.Name == "rebasebatch.problems")
            .GroupBy(read => read.Tag("outcome")!).Select(read => (read.Key, read.Sum(one => one.Value))).Order());
    }

    [Fact]
    public void Searches_are_read_as_they_are()
    {
        var searches = new SearchesInFlight(_time);
        _ = new SearchMetrics(_meter, searches);
        var lease = new BatchLease(1, 1, 1, 1, 1, Guid.NewGuid(), Problems.Job());
        var problem = new BatchProblem(7, 0, StoreTest.Problem(1), [], 0);
        var search = searches.Enter(lease, problem);
        searches.Add(search, StoreTest.Node(1));
        searches.Add(search, StoreTest.Node(2));
        Assert.Equal([("rebasebatch.search.steps", 2), ("rebasebatch.search.tokens", 3), ("rebasebatch.searches.active", 1)],
            _reading.Take().Select(read => (read.Name, read.Value)).Order());
        searches.Leave(7, search);
        Assert.Equal(0, Of(_reading.Take(), "rebasebatch.searches.active").Value);
    }

    [Fact]
    public void A_renewal_ahead_of_its_time_does_not_lag()
    {
        var metrics = new LeaseMetrics(_meter);
        metrics.Renewed(TimeSpan.FromSeconds(-0.01));
        metrics.Renewed(TimeSpan.FromSeconds(1.5));
        metrics.Lost();
        Assert.Equal([("rebasebatch.lease.lost", 1), ("rebasebatch.lease.renew.lag", 0), ("rebasebatch.lease.renew.lag", 1.5)],
            _reading.Take().Select(read => (read.Name, read.Value)).Order());
    }

    [Fact]
    public void A_checkpoint_has_its_time_and_its_rows()
    {
        new CheckpointMetrics(_meter).Stored(17, TimeSpan.FromMilliseconds(4));
        Assert.Equal([("rebasebatch.checkpoint.duration", 0.004), ("rebasebatch.checkpoint.rows", 17)],
            _reading.Take().Select(read => (read.Name, read.Value)).Order());
    }

    static MeterReading.Reading Of(List<MeterReading.Reading> read, string name) => Assert.Single(read, one => one.Name == name);
}
