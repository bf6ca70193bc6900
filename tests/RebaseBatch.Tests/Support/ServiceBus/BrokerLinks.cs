using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;
using Amqp.Listener;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>Says for each link that a client attaches what is at its other end, or why it is refused.</summary>
sealed class BrokerLinks(Func<string, BrokerEntity?> find, Action<string> note) : ILinkProcessor, IHandler
{
    const string TokenNode = "$cbs", ManagementSuffix = "/$management";

    readonly ConcurrentDictionary<string, ListenerLink> _replies = new(StringComparer.Ordinal);

    public bool CanHandle(EventId id) => id is EventId.SendDelivery;

    /// <summary>The tag of a delivery is the lock's token, 16 bytes, by which the client settles and renews.</summary>
    public void Handle(Event protocolEvent)
    {
        if (protocolEvent is { Context: IDelivery { Message: { } message } delivery } && BrokerOutgoing.TokenOf(message) is { } token)
            delivery.Tag = token.ToByteArray();
    }

    public void Process(AttachContext attachContext)
    {
        var attach = attachContext.Attach;
        var isProducer = !attach.Role;
        var address = ((isProducer ? (attach.Target as Target)?.Address : (attach.Source as Source)?.Address) ?? "").Trim('/');
        note($"attached by a {(isProducer ? "sender" : "receiver")}: {address}");
        if (address == TokenNode || address.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase))
            AttachRequests(attachContext, address, isProducer);
        else if (Refusal(address, isProducer, out var queue) is { } error) attachContext.Complete(error);
        else
        {
            // Without it, the SDK takes the limit for zero bytes.
            attach.MaxMessageSize = queue!.Options.MaxMessageSize;
            if (isProducer) attachContext.Complete(new BrokerIncoming(queue, attachContext.Link), 100);
            else attachContext.Complete(new BrokerOutgoing(queue, attachContext.Link, note), 0);
        }
    }

    Error? Refusal(string address, bool isProducer, out BrokerEntity? queue)
    {
        queue = find(address);
        if (queue is null) return BrokerErrors.NotFound(address);
        if (queue.Options.IsDisabled) return BrokerErrors.Disabled(address);
        if (queue.Faults.Strikes(BrokerFault.AttachRefused)) return BrokerErrors.NoRight(address);
        if (!isProducer && queue.Faults.Strikes(BrokerFault.ServerBusy)) return BrokerErrors.Busy;
        return !isProducer && queue.Options.RequiresSession ? BrokerErrors.NeedsSession : null;
    }

    void AttachRequests(AttachContext context, string address, bool isProducer)
    {
        if (isProducer)
        {
            var requests = new BrokerRequests((request, operation) => Answer(address, request, operation), _replies.GetValueOrDefault);
            context.Complete(requests, 100);
            return;
        }
        var replyTo = (context.Attach.Target as Target)?.Address ?? context.Attach.LinkName;
        _replies[replyTo] = context.Link;
        context.Complete(new BrokerSilence(), 0);
    }

    Message Answer(string address, Message request, string operation)
    {
        if (address == TokenNode)
        {
            // The token's audience ends with the queue's address.
            var audience = request.ApplicationProperties?["name"] as string ?? "";
            var path = Uri.TryCreate(audience, UriKind.Absolute, out var uri) ? uri.AbsolutePath.Trim('/') : audience;
            if (path.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase)) path = path[..^ManagementSuffix.Length];
            var isRefused = find(path)?.Faults.Strikes(BrokerFault.TokenRefused) is true;
            note($"token for {path}: {(isRefused ? "refused" : "accepted")}");
            return BrokerRequests.TokenAnswer(isRefused);
        }
        var queue = find(address[..^ManagementSuffix.Length]);
        note($"{operation} of {address}");
        return queue is null
            ? BrokerManagement.Status(404, $"no queue {address}", condition: "amqp:not-found")
            : BrokerManagement.Answer(queue, operation, BrokerRequests.BodyOf(request));
    }
}
