using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Outbox;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Platform.Async;

[Fast]
public sealed class BackoffTests
{
    /// <summary>
    /// Every place that waits before it tries again, with its waits in seconds after 0, 1, 2 ... failures. The settings are the default
    /// ones.
    /// </summary>
    public static TheoryData<string, double[]> Delays => new()
    {
        { "connection of the enqueue listener", [0, 1, 2, 4, 8, 16, 30, 30] },
        { "batch whose lease ran out", [0, 1, 2, 4, 8, 16, 30, 30] },
        { "files of the outbox", [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 256] },
        { "message or its queue", [0, 1, 2, 4, 8, 16, 32, 60, 60] },
        { "statement while the database is away", [0, 0.1, 0.2, 0.4, 0.8, 1.6, 2, 2] },
        { "failed batch", [0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 512] },
        { "idle worker", [0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5] },
    };

    static Backoff Of(string place) => place switch
    {
        "connection of the enqueue listener" => EnqueueListener.Backoff,
        "batch whose lease ran out" => LeaseStore.ReapBackoff,
        "files of the outbox" => OutboxStore.Backoff,
        "message or its queue" => IntakeWorker.BackoffUpTo(new IntakeOptions().PauseMax),
        "statement while the database is away" => DatabaseRetry.Backoff,
        "failed batch" => new WorkerOptions().Retry,
        "idle worker" => new WorkerOptions().Poll,
        _ => throw new ArgumentOutOfRangeException(nameof(place), place, null),
    };

    [Theory]
    [MemberData(nameof(Delays))]
    public void Every_place_waits_as_it_always_did(string place, double[] seconds)
    {
        Assert.Equal(seconds, Enumerable.Range(0, seconds.Length).Select(failures => Of(place).After(failures).TotalSeconds));
        Assert.Equal(seconds[^1], Of(place).After(int.MaxValue).TotalSeconds);
    }

    [Fact]
    public void A_remote_files_waits_double_with_jitter_and_are_capped_after_it()
    {
        for (var i = 0; i < 50; i++)
            foreach (var (faults, seconds) in new[] { (1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0) })
                Assert.InRange(RetryPolicy.Usual.PauseAfter(faults, null).TotalSeconds, 0.8 * seconds, 1.2 * seconds);
        for (var i = 0; i < 50; i++) Assert.InRange(RetryPolicy.Usual.PauseAfter(7, null).TotalSeconds, 25.6, 30);
        Assert.Equal(30, RetryPolicy.Usual.PauseAfter(8, null).TotalSeconds);
    }

    [Fact]
    public void Jitter_is_within_a_fifth_and_the_cap_holds_with_it()
    {
        Assert.Equal((0.8, 1.0, 1.2), (Backoff.Jitter(0), Backoff.Jitter(0.5), Math.Round(Backoff.Jitter(1), 12)));
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        Assert.Equal([0.8, 1.6, 3, 3], Enumerable.Range(1, 4).Select(failures => backoff.After(failures, 0.8).TotalSeconds));
    }

    [Fact]
    public void A_first_wait_of_nothing_stays_nothing() =>
        Assert.Equal(TimeSpan.Zero, new Backoff(TimeSpan.Zero, TimeSpan.FromSeconds(1)).After(int.MaxValue));
}
