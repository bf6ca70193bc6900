using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// The conditions by which Service Bus refuses. Sources:
/// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-troubleshoot and, for those of <c>com.microsoft</c>,
/// AmqpClientConstants in Azure.Messaging.ServiceBus.
/// </summary>
static class BrokerErrors
{
    public const string LockLostCondition = "com.microsoft:message-lock-lost";

    /// <summary>By which a client that rejects a message makes a dead letter of it.</summary>
    public const string DeadLetterCondition = "com.microsoft:dead-letter";

    public static Error LockLost => new(new Symbol(LockLostCondition))
    {
        Description = "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
    };

    public static Error NotFound(string address) => new(ErrorCode.NotFound)
    {
        Description = $"The messaging entity '{address}' could not be found.",
    };

    public static Error Disabled(string address) => new(new Symbol("com.microsoft:entity-disabled"))
    {
        Description = $"Messaging entity '{address}' is currently disabled.",
    };

    public static Error NoRight(string address) => new(ErrorCode.UnauthorizedAccess)
    {
        Description = $"Unauthorized access. 'Listen' claim(s) are required to perform this operation. Resource: '{address}'.",
    };

    public static Error Busy => new(new Symbol("com.microsoft:server-busy"))
    {
        Description = "The request was terminated because the entity is being throttled. Please wait 10 seconds and try again.",
    };

    public static Error NeedsSession => new(ErrorCode.NotAllowed)
    {
        Description = "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.",
    };

    public static Error TooLarge => new(ErrorCode.MessageSizeExceeded)
    {
        Description = "The received message is larger than the link allows.",
    };

    public static Error Detached => new(ErrorCode.DetachForced)
    {
        Description = "The link is force detached by the broker because of an upgrade.",
    };
}
