using RebaseBatch.Edge.Intake;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

/// <summary>What every queue of messages must do. Each test has a queue to itself.</summary>
public abstract class IntakeQueueConformance
{
    private protected static readonly TimeSpan Wait = TimeSpan.FromMinutes(1), NoWait = TimeSpan.FromMilliseconds(50);

    private protected abstract IIntakeQueue Queue { get; }

    /// <summary>What the queue put aside.</summary>
    private protected abstract IDeadLetters Letters { get; }

    /// <summary>Lets the locks that are held now run out.</summary>
    private protected abstract Task LetLocksRunOutAsync();

    /// <summary>
    /// Sends a message past the port, as a producer with another AMQP client does: its body is a value instead of data, or there is no body
    /// if <paramref name="value"/> is null.
    /// </summary>
    private protected abstract Task SendValueAsync(string id, object? value);

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

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
    public async Task A_probe_of_a_queue_with_and_without_messages_takes_none()
    {
        await Queue.ProbeAsync(Ct);
        await Queue.SendAsync("a", "1"u8.ToArray(), Ct);
        await Queue.ProbeAsync(Ct);
        Assert.Equal(1, (await ReceiveAsync()).DeliveryCount);
    }

    [Theory]
    [InlineData("é")]
    [InlineData(new byte[] { 0xC3, 0xA9 })]
    public async Task A_value_that_is_text_or_binary_is_the_body(object value)
    {
        await SendValueAsync("a", value);
        var message = await ReceiveAsync();
        Assert.Equal(("a", "é", null), (message.Id, Text(message.Body), message.OtherBody));
    }

    public static TheoryData<object?, string> OtherBodies => new()
    {
        { 7, "an AMQP value that holds a number" },
        { new Dictionary<string, object> { ["version"] = 1 }, "an AMQP value that holds a map" },
        { null, "empty" },
    };

    [Theory]
    [MemberData(nameof(OtherBodies))]
    public async Task A_body_that_can_not_be_read_is_named_put_aside_looked_at_and_copied(object? value, string named)
    {
        await SendValueAsync("odd", value);
        var odd = await ReceiveAsync();
        Assert.Equal(("odd", 0, named), (odd.Id, odd.Body.Length, odd.OtherBody));
        await Queue.DeadLetterAsync(odd, "Reason", "detail", Ct);
        await PutAsideAsync("good", "1");
        Assert.Equal([("odd", "", named), ("good", "1", null)], (await Letters.PeekAsync(Ct).ToListAsync(Ct))
            .Select(letter => (letter.Id, Text(letter.Body), letter.OtherBody)));
        foreach (var letter in await Letters.ReceiveAsync(10, Wait, Ct)) await Letters.ResendAsync(letter, Ct);
        var copies = new[] { await ReceiveAsync(), await ReceiveAsync() };
        Assert.Equal([("good", "1", null), ("odd", "", named)],
            copies.Select(copy => (copy.Id, Text(copy.Body), copy.OtherBody)).OrderBy(copy => copy.Id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_empty_queue_is_waited_for_no_longer_than_asked()
    {
        foreach (var wait in new[] { NoWait, TimeSpan.Zero })
        {
            Assert.Null(await Queue.ReceiveAsync(wait, Ct));
            Assert.Empty(await Letters.ReceiveAsync(1, wait, Ct));
        }
    }

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

    [Fact]
    public async Task Dead_letters_are_looked_at_by_their_sequence_and_none_is_taken()
    {
        await PutAsideAsync("a", "1", "First", "one");
        await PutAsideAsync("b", "2", "Second", "two");
        for (var i = 0; i < 2; i++)
        {
            var letters = await Letters.PeekAsync(Ct).ToListAsync(Ct);
            Assert.Equal([("a", "1", "First", "one"), ("b", "2", "Second", "two")],
                letters.Select(letter => (letter.Id, Text(letter.Body), letter.Reason, letter.Detail)));
            Assert.True(letters[0].Sequence < letters[1].Sequence);
            Assert.InRange(letters[0].EnqueuedAt, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(10));
        }
        Assert.Equal(2, (await Letters.ReceiveAsync(10, Wait, Ct)).Count);
    }

    [Fact]
    public async Task A_dead_letter_that_is_held_is_seen_and_given_to_nobody_else()
    {
        await PutAsideAsync("a");
        var held = Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct));
        Assert.Empty(await Letters.ReceiveAsync(10, NoWait, Ct));
        Assert.Equal(held.Sequence, Assert.Single(await Letters.PeekAsync(Ct).ToListAsync(Ct)).Sequence);
        await Letters.ReleaseAsync(held, Ct);
        Assert.Equal(held.Sequence, Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct)).Sequence);
    }

    [Fact]
    public async Task No_more_dead_letters_are_taken_than_asked()
    {
        foreach (var id in new[] { "a", "b", "c" }) await PutAsideAsync(id);
        Assert.InRange((await Letters.ReceiveAsync(2, Wait, Ct)).Count, 1, 2);
    }

    [Fact]
    public async Task A_completed_dead_letter_is_gone()
    {
        await PutAsideAsync("a");
        await Letters.CompleteAsync(Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct)), Ct);
        await LetLocksRunOutAsync();
        Assert.Empty(await Letters.PeekAsync(Ct).ToListAsync(Ct));
        Assert.Null(await Queue.ReceiveAsync(NoWait, Ct));
    }

    [Fact]
    public async Task A_dead_letter_whose_lock_ran_out_stays()
    {
        await PutAsideAsync("a");
        var late = Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct));
        await LetLocksRunOutAsync();
        await Assert.ThrowsAsync<MessageLockLostException>(() => Letters.CompleteAsync(late, Ct));
        Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct));
    }

    // The queue still remembers the original's id: a copy under the same would vanish.
    [Fact]
    public async Task A_copy_of_a_dead_letter_comes_under_the_originals_id_and_a_second_one_is_dropped()
    {
        await PutAsideAsync("a", "the body");
        var letter = Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct));
        await Letters.ResendAsync(letter, Ct);
        await Letters.ResendAsync(letter, Ct);
        var copy = await ReceiveAsync();
        Assert.Equal(("a", "the body", 1), (copy.Id, Text(copy.Body), copy.DeliveryCount));
        await Queue.CompleteAsync(copy, Ct);
        Assert.Null(await Queue.ReceiveAsync(NoWait, Ct));
    }

    [Fact]
    public async Task A_copy_that_is_put_aside_is_another_dead_letter_of_the_same_id()
    {
        await PutAsideAsync("a");
        var first = Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct));
        await Letters.ResendAsync(first, Ct);
        await Letters.CompleteAsync(first, Ct);
        await Queue.DeadLetterAsync(await ReceiveAsync(), "Again", "", Ct);
        var second = Assert.Single(await Letters.ReceiveAsync(10, Wait, Ct));
        Assert.Equal(("a", "Again"), (second.Id, second.Reason));
        Assert.NotEqual(first.Sequence, second.Sequence);
        await Letters.ResendAsync(second, Ct);
        Assert.Equal("a", (await ReceiveAsync()).Id);
    }

    async Task PutAsideAsync(string id, string body = "1", string reason = "Reason", string detail = "detail")
    {
        await Queue.SendAsync(id, System.Text.Encoding.UTF8.GetBytes(body), Ct);
        await Queue.DeadLetterAsync(await ReceiveAsync(), reason, detail, Ct);
    }

    static string Text(ReadOnlyMemory<byte> body) => System.Text.Encoding.UTF8.GetString(body.Span);

    async Task<IntakeMessage> ReceiveAsync() => Assert.IsType<IntakeMessage>(await Queue.ReceiveAsync(Wait, Ct));
}
