using System.Diagnostics;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>Messages that can't become jobs now, and those behind them.</summary>
public sealed class HeldMessageTests(PostgresServer server) : IntakeWorkerTest(server)
{
    // 10 s are promised on an idle machine, and a loaded one gets more. A pause of the whole intake would be a minute.
    static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_good_message_behind_many_newer_ones_is_taken_soon()
    {
        for (var i = 0; i < 20; i++) await SendAsync($"newer-{i}", Newer);
        await SendAsync("good", Job);
        var watch = Stopwatch.StartNew();
        await using (await StartAsync())
        {
            await Eventually.TrueAsync(() => Queue.Calls.ToArray().Contains(("complete", "good")));
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
            // Nobody else is given them, and no delivery is used up.
            Assert.Equal((21, 0), (Called(Queue, "receive"), Called(Queue, "abandon")));
        }
        // The worker stops: a newer one may have them at once.
        Assert.Equal((20, 20), (Queue.Count, Called(Queue, "abandon")));
        Assert.Empty(Queue.DeadLetters);
    }

    [Fact]
    public async Task A_good_message_behind_servers_that_do_not_answer_is_taken_soon()
    {
        for (var i = 0; i < 3; i++) await SendAsync($"slow-{i}", Remote);
        await SendAsync("good", Job);
        var watch = Stopwatch.StartNew();
        await using var worker = await StartAsync(async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return await OneProblem();
        });
        await Eventually.TrueAsync(() => Queue.Calls.ToArray().Contains(("complete", "good")));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
    }

    [Fact]
    public async Task A_server_that_comes_back_costs_no_delivery()
    {
        var (away, refused) = (2, 1);
        await SendAsync("m", Remote);
        await using var worker = await StartAsync((_, _) => --away >= 0 ? throw new IOException("the host is away")
            : --refused >= 0 ? throw new UserException(ExitCode.NoPermission, "the role is missing") : OneProblem(), pause: TimeSpan.Zero);
        await Eventually.TrueAsync(() => Queue.Count == 0);
        Assert.Equal([("receive", "m"), ("complete", "m")], Queue.Calls);
        Assert.Equal(1, await CountAsync());
    }

    [Theory]
    [InlineData(Remote, "DatasetUnreachable", "the host is away")]
    [InlineData(Newer, "NoNewerWorker", "update the workers")]
    public async Task What_never_works_is_put_aside_when_its_time_is_over(string body, string reason, string why)
    {
        await SendAsync("m", body);
        var watch = Stopwatch.StartNew();
        await using var worker = await StartAsync(
            (_, _) => throw new IOException("the host is away"), wait: TimeSpan.FromSeconds(3), pause: TimeSpan.FromMilliseconds(50));
        await KeepFreeUntilAsync(() => Queue.Count == 0);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(20));
        var letter = Assert.Single(Queue.DeadLetters);
        Assert.Equal(("m", reason), (letter.Id, letter.Reason));
        Assert.StartsWith("it has waited for", letter.Detail, StringComparison.Ordinal);
        Assert.EndsWith(why, letter.Detail, StringComparison.Ordinal);
        // Others had their chance, and the queue's usual ten deliveries were enough.
        Assert.InRange(Called(Queue, "receive"), 2, 10);
    }

    [Fact]
    public async Task A_message_whose_lock_is_lost_while_it_waits_is_left_to_others()
    {
        var queue = new MemoryIntakeQueue(TimeProvider.System, TimeSpan.FromSeconds(2));
        await queue.SendAsync("m", System.Text.Encoding.UTF8.GetBytes(Newer), Ct);
        await using var worker = await StartAsync(queue: queue);
        await Eventually.TrueAsync(() => Called(queue, "renew") > 0);
        queue.LoseLocks();
        await Eventually.TrueAsync(() => Called(queue, "receive") == 2);
        // The second delivery is kept like the first one.
        var renewals = Called(queue, "renew");
        await Eventually.TrueAsync(() => Called(queue, "renew") > renewals);
        Assert.Equal((1, 0), (queue.Count, Called(queue, "abandon")));
    }
}
