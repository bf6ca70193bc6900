using System.Diagnostics;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Edge.Intake.ServiceBus;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>A broker that keeps its connections and says nothing. Each test has one to itself.</summary>
public sealed class AdapterBoundsTests : IAsyncDisposable
{
    /// <summary>More than any bound here, and less than the client's own 60 s.</summary>
    static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15), s_wait = TimeSpan.FromMinutes(1);

    readonly ServiceBusBroker _broker = new();
    readonly BrokerEntity _there;
    readonly List<string> _said = [];
    readonly ServiceBusQueue _queue;

    public AdapterBoundsTests()
    {
        _there = _broker.Add();
        _queue = new(_broker.Intake(_there), new(TimeSpan.FromSeconds(30), 3, TimeSpan.FromSeconds(4), _said.Add));
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await _queue.DisposeAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, s_soon);
        _broker.Dispose();
    }

    [Fact]
    public async Task Every_call_ends_at_its_token_while_the_broker_says_nothing()
    {
        foreach (var id in new[] { "a", "b", "c", "d" }) await _queue.SendAsync(id, "1"u8.ToArray(), Ct);
        var held = new List<IntakeMessage>();
        for (var i = 0; i < 4; i++) held.Add((await _queue.ReceiveAsync(s_wait, Ct))!);
        _broker.Freeze();
        foreach (var call in (Func<CancellationToken, Task>[])
        [
            ct => _queue.CompleteAsync(held[0], ct), ct => _queue.AbandonAsync(held[1], ct), ct => _queue.RenewAsync(held[2], ct),
            ct => _queue.DeadLetterAsync(held[3], "Reason", "detail", ct), ct => _queue.SendAsync("e", "1"u8.ToArray(), ct),
            ct => _queue.ReceiveAsync(s_wait, ct), _queue.ProbeAsync,
        ])
        {
            using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call(enough.Token).WaitAsync(s_soon, Ct));
        }
        // The first one is still on its way in the client.
        await Assert.ThrowsAsync<IOException>(() => _queue.CompleteAsync(held[0], Ct));
    }

    [Fact]
    public async Task A_message_whose_send_was_not_answered_is_sent_again_and_is_in_the_queue_once()
    {
        await using var queue = new ServiceBusQueue(_broker.Intake(_there), new(TimeSpan.FromSeconds(1), 3, s_wait));
        _there.Faults.Begin(BrokerFault.SendAnswerLost);
        await queue.SendAsync("a", "1"u8.ToArray(), Ct);
        Assert.Equal((1, 1), (_there.Faults.Happened(BrokerFault.SendAnswerLost), _there.Count));
    }

    [Fact]
    public async Task A_call_without_a_token_ends_in_its_time_and_says_once_what_it_waits_for()
    {
        await _queue.SendAsync("a", "1"u8.ToArray(), Ct);
        var message = (await _queue.ReceiveAsync(s_wait, Ct))!;
        Assert.Empty(_said);
        _broker.Freeze();
        var ends = new[] { _queue.CompleteAsync(message, default), _queue.SendAsync("b", "1"u8.ToArray(), default) };
        foreach (var end in ends)
        {
            var fault = await Assert.ThrowsAsync<IOException>(() => end.WaitAsync(s_soon, Ct));
            Assert.Contains($"{_queue.Location} is away: it did not answer within 4 s", fault.Message, StringComparison.Ordinal);
        }
        Assert.Equal([$"waiting for {_queue.Location}"], _said);
    }

    [Fact]
    public async Task A_message_that_comes_after_a_receive_was_left_goes_to_the_next_one()
    {
        await _queue.SendAsync("first", "1"u8.ToArray(), Ct);
        await _queue.CompleteAsync((await _queue.ReceiveAsync(s_wait, Ct))!, Ct);
        _there.Options = _there.Options with { LockDuration = s_soon };
        using var enough = new CancellationTokenSource();
        var receiving = _queue.ReceiveAsync(s_wait, enough.Token);
        _broker.Freeze();
        _there.Send(RawProducer.Message(RawBody.Data, "1", "late"));
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving.WaitAsync(s_soon, Ct));
        _broker.Thaw();
        // Mostly it comes at once. On a loaded machine the client may take it for the receive that was left, and drop it: then it comes
        // when its lock ends.
        string? late = null;
        for (var end = DateTime.UtcNow + s_wait; late is null && DateTime.UtcNow < end;)
            late = (await _queue.ReceiveAsync(s_soon, Ct))?.Id;
        Assert.Equal("late", late);
    }

    // The client mostly gives back by itself what it receives after its token. This is for what it gives us all the same.
    [Fact]
    public async Task What_a_call_brings_after_its_caller_left_is_given_back_before_the_connection_closes()
    {
        var connection = new ServiceBusConnection(_broker.Intake(_there), QueuePatience.OfWorker);
        var (brought, failed, given) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>(), new List<int>());
        using var enough = new CancellationTokenSource();
        var left = new[] { brought, failed }
            .Select(end => connection.AttemptAsync("", _ => end.Task, enough.Token, late: GiveAsync)).ToList();
        await enough.CancelAsync();
        foreach (var call in left) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(s_soon, Ct));
        var closing = connection.DisposeAsync().AsTask();
        Assert.Empty(given);
        failed.SetException(new IOException("nobody sees this"));
        brought.SetResult(7);
        await closing;
        Assert.Equal([7], given);

        async Task GiveAsync(int late)
        {
            await Task.Yield();
            given.Add(late);
        }
    }

    [Fact]
    public async Task A_lock_ends_by_this_machines_clock_however_wrong_the_services_is()
    {
        foreach (var (ahead, id) in new[] { (TimeSpan.Zero, "a"), (TimeSpan.FromDays(1), "b") })
        {
            _broker.Pass(ahead);
            await _queue.SendAsync(id, "1"u8.ToArray(), Ct);
            var message = (await _queue.ReceiveAsync(s_wait, Ct))!;
            Assert.InRange(message.LockedUntil - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
            Assert.InRange(await _queue.RenewAsync(message, Ct) - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
            await _queue.CompleteAsync(message, Ct);
        }
        _there.Options = _there.Options with { LockDuration = TimeSpan.FromSeconds(6) };
        await _queue.SendAsync("c", "1"u8.ToArray(), Ct);
        Assert.InRange((await _queue.ReceiveAsync(s_wait, Ct))!.LockedUntil - DateTimeOffset.UtcNow,
            TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    // The one that takes a while, because it is the command's own time.
    [Fact]
    public async Task A_command_fails_within_half_a_minute_and_says_what_it_waits_for()
    {
        _broker.Freeze();
        var begun = Stopwatch.GetTimestamp();
        var options = _broker.Intake(_there);
        var run = await CommandRun.Of("dead-letters", "list", "--set", $"Rebase:Intake:ConnectionString={options.ConnectionString}",
            "--set", $"Rebase:Intake:Queue={options.Queue}");
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));
        Assert.Equal((ExitCode.QueueUnavailable, ""), (run.Code, run.Out));
        Assert.StartsWith($"waiting for {_queue.Location}", run.Error, StringComparison.Ordinal);
        Assert.Contains("is away: it did not answer within 15 s", run.Error, StringComparison.Ordinal);
    }
}
