using RebaseBatch.Intake;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Intake;

/// <summary>What every queue of messages must do. Each test has a queue to itself.</summary>
public abstract class IntakeQueueConformance
{
    private protected static readonly TimeSpan Wait = TimeSpan.FromMinutes(1), NoWait = TimeSpan.FromMilliseconds(50);

    private protected abstract IIntakeQueue Queue { get; }

    /// <summary>Lets the locks that are held now run out.</summary>
    private protected abstract Task LetLocksRunOutAsync();

    private protected static CancellationToken Ct => StoreTest.Ct;

    [Fact]
    public async Task A_message_arrives_as_it_was_sent()
    {
        var body = new byte[1000];
        new Random(1).NextBytes(body);
        await Queue.SendAsync("a", body, Ct);
        var message = await ReceiveAsync();
        Assert.Equal(("a", 1), (message.Id, message.DeliveryCount));
        Assert.Equal(body, message.Body.ToArray());
    }

    [Fact]
    public async Task An_empty_queue_is_waited_for_no_longer_than_asked() => Assert.Null(await Queue.ReceiveAsync(NoWait, Ct));

    [Fact]
    public async Task What_is_locked_is_given_to_nobody_else()
    {
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        await ReceiveAsync();
        Assert.Null(await Queue.ReceiveAsync(NoWait, Ct));
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        await Queue.CompleteAsync(await ReceiveAsync(), Ct);
        await LetLocksRunOutAsync();
        Assert.Null(await Queue.ReceiveAsync(NoWait, Ct));
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_at_once()
    {
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        await Queue.AbandonAsync(await ReceiveAsync(), Ct);
        Assert.Equal(2, (await ReceiveAsync()).DeliveryCount);
    }

    [Fact]
    public async Task A_dead_letter_is_delivered_no_more()
    {
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        await Queue.DeadLetterAsync(await ReceiveAsync(), "Reason", "what is wrong", Ct);
        await LetLocksRunOutAsync();
        Assert.Null(await Queue.ReceiveAsync(NoWait, Ct));
    }

    [Fact]
    public async Task A_lock_that_ran_out_settles_nothing_and_the_message_comes_again()
    {
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        var late = await ReceiveAsync();
        await LetLocksRunOutAsync();
        var again = await ReceiveAsync();
        await Assert.ThrowsAsync<MessageLockLostException>(() => Queue.CompleteAsync(late, Ct));
        await Assert.ThrowsAsync<MessageLockLostException>(() => Queue.AbandonAsync(late, Ct));
        await Assert.ThrowsAsync<MessageLockLostException>(() => Queue.RenewAsync(late, Ct));
        await Assert.ThrowsAsync<MessageLockLostException>(() => Queue.DeadLetterAsync(late, "Reason", "detail", Ct));
        Assert.Equal(("a", 2), (again.Id, again.DeliveryCount));
        await Queue.CompleteAsync(again, Ct);
    }

    [Fact]
    public async Task A_renewed_lock_holds_longer()
    {
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        var message = await ReceiveAsync();
        Assert.True(await Queue.RenewAsync(message, Ct) >= message.LockedUntil);
        await Queue.CompleteAsync(message, Ct);
    }

    [Fact]
    public async Task The_same_id_twice_is_one_message()
    {
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        await Queue.SendAsync("a", "2"u8.ToArray(), Ct);
        await Queue.CompleteAsync(await ReceiveAsync(), Ct);
        Assert.Null(await Queue.ReceiveAsync(NoWait, Ct));
    }

    async Task<IntakeMessage> ReceiveAsync() => Assert.IsType<IntakeMessage>(await Queue.ReceiveAsync(Wait, Ct));
}
