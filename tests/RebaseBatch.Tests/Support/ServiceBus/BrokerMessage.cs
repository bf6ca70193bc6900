using Amqp;
using Amqp.Types;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// One message as its queue stores it. Source of the annotations:
/// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide#message-annotations
/// </summary>
sealed class BrokerMessage(long sequence, Message sent, DateTimeOffset enqueuedAt)
{
    byte[] _bytes = Encode(sent);

    public long Sequence => sequence;

    /// <summary>When it becomes a dead letter if nobody took it; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; } =
        sent.Header?.Ttl is > 0 and < uint.MaxValue and var ttl ? enqueuedAt.AddMilliseconds(ttl) : null;

    public uint Deliveries { get; set; }

    public Guid Token { get; private set; }

    public DateTimeOffset LockedUntil { get; set; }

    public static byte[] Encode(Message message)
    {
        var buffer = message.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    public static Message Decode(byte[] bytes) => Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));

    public void Lock(DateTimeOffset until) => (Token, LockedUntil) = (Guid.NewGuid(), until);

    public bool IsHeldBy(Guid token, DateTimeOffset now) => Token == token && LockedUntil > now;

    /// <summary>Sets application properties, as a settlement may: the reason of a dead letter, or those of an abandoned message.</summary>
    public void Set(IEnumerable<KeyValuePair<string, object>> properties)
    {
        var message = Decode(_bytes);
        message.ApplicationProperties ??= new();
        foreach (var (name, value) in properties) message.ApplicationProperties[name] = value;
        _bytes = Encode(message);
    }

    /// <summary>The message with what the service writes into it.</summary>
    /// <param name="deliveries">Earlier ones. The field is always there: the client adds one to it.</param>
    public Message Delivered(uint deliveries)
    {
        var message = Decode(_bytes);
        message.Header ??= new();
        message.Header.DeliveryCount = deliveries;
        message.MessageAnnotations ??= new();
        message.MessageAnnotations[new Symbol("x-opt-sequence-number")] = sequence;
        message.MessageAnnotations[new Symbol("x-opt-enqueued-time")] = enqueuedAt.UtcDateTime;
        message.MessageAnnotations[new Symbol("x-opt-message-state")] = 0;
        if (LockedUntil != default) message.MessageAnnotations[new Symbol("x-opt-locked-until")] = LockedUntil.UtcDateTime;
        return message;
    }
}
