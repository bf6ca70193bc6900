using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>A producer's link: what comes on it goes into the queue.</summary>
sealed class BrokerIncoming : LinkEndpoint
{
    /// <summary>
    /// The format of a transfer that holds several messages, each encoded in a data section of its own. Source:
    /// AmqpConstants.AmqpBatchedMessageFormat in Microsoft.Azure.Amqp.
    /// </summary>
    const uint BatchFormat = 0x80013700;

    readonly BrokerEntity _queue;
    readonly ListenerLink _link;

    public BrokerIncoming(BrokerEntity queue, ListenerLink link)
    {
        (_queue, _link) = (queue, link);
        queue.Detaching += Detach;
    }

    public override void OnLinkClosed(ListenerLink link, Error error) => _queue.Detaching -= Detach;

    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext) => dispositionContext.Complete();

    public override void OnMessage(MessageContext messageContext)
    {
        var message = messageContext.Message;
        var isTooLarge = (ulong)BrokerMessage.Encode(message).Length > _queue.Options.MaxMessageSize;
        if (isTooLarge || _queue.Faults.Strikes(BrokerFault.ServerBusy))
        {
            messageContext.Complete(isTooLarge ? BrokerErrors.TooLarge : BrokerErrors.Busy);
            return;
        }
        if (message.Format == BatchFormat)
            foreach (var one in Several(message)) _queue.Send(BrokerMessage.Decode(one));
        else _queue.Send(message);
        if (!_queue.Faults.Strikes(BrokerFault.SendAnswerLost)) messageContext.Complete();
    }

    void Detach(Error error) => BrokerOutgoing.Detach(_link, error);

    static IEnumerable<byte[]> Several(Message message) => message.BodySection is DataList list
        ? Enumerable.Range(0, list.Count).Select(i => list[i].Binary) : [((Data)message.BodySection).Binary];
}
