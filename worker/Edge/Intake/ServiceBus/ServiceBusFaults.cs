using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.Serialization;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>States the client's exceptions as the ports' exceptions.</summary>
static class ServiceBusFaults
{
    /// <param name="location">The queue's address.</param>
    /// <param name="id">The message's, for <see cref="MessageLockLostException"/>; empty if the call is about no message.</param>
    public static Exception Of(Exception fault, string location, string id) => fault switch
    {
        ServiceBusException { Reason: ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.MessageNotFound } =>
            new MessageLockLostException(id, fault),
        ServiceBusException
        {
            Reason: ServiceBusFailureReason.MessagingEntityNotFound or ServiceBusFailureReason.MessagingEntityDisabled,
        } => new UserException(ExitCode.NotFound,
            $"there is no queue {location}, or it is disabled: create or enable it, or set Rebase:Intake:Queue", fault),
        ServiceBusException { Reason: ServiceBusFailureReason.MessageSizeExceeded } => new UserException(ExitCode.BadInput,
            $"message {id} is larger than {location} allows: put the problems where the workers can read them, and enqueue their https or "
                + "blob URI", fault),
        AuthenticationFailedException => new UserException(ExitCode.NoPermission,
            $"there is no identity to use {location} with ({fault.Message.Split('\n')[0].Trim()}): sign in, give this program an identity, "
                + "or set Rebase:Intake:ConnectionString instead of Namespace", fault),
        UnauthorizedAccessException => new UserException(ExitCode.NoPermission,
            $"no access to {location}: give this identity the role Azure Service Bus Data Receiver there, and the role Sender to "
                + "every identity that enqueues or replays; the key of a Rebase:Intake:ConnectionString needs the rights Listen and Send",
            fault),
        // The client has no type for it; the service says it in words, to receivers and to senders.
        InvalidOperationException and not ObjectDisposedException
            when fault.Message.Contains("session", StringComparison.OrdinalIgnoreCase) => new UserException(ExitCode.BadInput,
                $"{location} requires sessions, which jobs do not have: create a queue without sessions, and set Rebase:Intake:Queue to it",
                fault),
        // Such as a second settlement of a message, while the first one that was left is still on its way.
        InvalidOperationException and not ObjectDisposedException => new IOException($"{location} is away: {fault.Message}", fault),
        // The client can't say which message it is, so nobody can settle it. It is lost to no one: its lock runs out.
        SerializationException or NotSupportedException => new UnreadableMessageException(
            $"a message of {location} has a body or a property of an AMQP type that the client library can't read. The queue puts it aside "
                + "after enough deliveries; send it again with other types", fault),
        // The client leaves those of its web sockets as they are.
        WebSocketException or SocketException or HttpRequestException => new IOException($"{location} is away: {fault.Message}", fault),
        ServiceBusException e => new IOException($"{location} is away ({e.Reason}): {Words(e)}", e),
        _ => fault,
    };

    /// <summary>What the service says, without what the client adds to it: the reason once more, an exception's name and a link.</summary>
    static string Words(ServiceBusException e) =>
        e.Message.Split((string[])["\n", " ErrorCode: ", $" ({e.Reason})", " For troubleshooting"], 2, StringSplitOptions.None)[0].Trim();

    /// <summary>A call that did not end within its time.</summary>
    public static IOException NoAnswer(string location, TimeSpan waited) => new(string.Create(CultureInfo.InvariantCulture,
        $"{location} is away: it did not answer within {waited.TotalSeconds:0} s"));
}
