using System.Runtime.CompilerServices;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// A receiver's link: it gives as many messages as the receiver has credit for, and takes its settlements. Source:
/// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide#transfers-and-message-exchange
/// </summary>
sealed class BrokerOutgoing : LinkEndpoint
{
    static readonly ConditionalWeakTable<Message, object> s_tokens = [];

    readonly Lock _gate = new();
    readonly BrokerEntity _queue;
    readonly ListenerLink _link;
    readonly Action<string> _note;
    int _credit;
    volatile bool _isCut;

    public BrokerOutgoing(BrokerEntity queue, ListenerLink link, Action<string> note)
    {
        (_queue, _link, _note) = (queue, link, note);
        queue.Changed += Pump;
        queue.Detaching += Detach;
        queue.Cutting += Cut;
    }

    /// <summary>The lock of a message that is being delivered. The client knows it from the delivery's tag.</summary>
    public static Guid? TokenOf(Message message) => s_tokens.TryGetValue(message, out var token) ? (Guid)token : null;

    public static void Detach(ListenerLink link, Error error)
    {
        try
        {
            link.CloseAsync(TimeSpan.Zero, error);
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException or TimeoutException)
        {
            // It was closed at the same time.
        }
    }

    public override void OnLinkClosed(ListenerLink link, Error error)
    {
        _queue.Detaching -= Detach;
        Cut();
    }

    public override void OnFlow(FlowContext flowContext)
    {
        var change = flowContext.Messages;
        lock (_gate) _credit = change < 0 ? 0 : _credit + change;
        Pump();
        if (!_link.IsDraining) return;
        lock (_gate) _credit = 0;
        _link.CompleteDrain();
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        if (TokenOf(dispositionContext.Message) is not { } token)
        {
            dispositionContext.Complete();
            return;
        }
        if (IsOfTheLibrary(dispositionContext.DeliveryState)) return;
        if (_queue.Faults.Strikes(BrokerFault.SettlementDropped)) return;
        if (_queue.Faults.Strikes(BrokerFault.LinkDetached))
        {
            Detach(BrokerErrors.Detached);
            return;
        }
        if (_queue.Faults.Strikes(BrokerFault.LockLost)) _queue.LoseLock(token);
        var isSettled = Settle(token, dispositionContext.DeliveryState);
        _note($"{dispositionContext.DeliveryState.GetType().Name} in {_queue.Name}: {(isSettled ? "settled" : "lock lost")}");
        if (_queue.Faults.Strikes(BrokerFault.SettlementAnswerLost)) return;
        // A rejection does not go back as it came: the SDK takes any other outcome than Accepted for a failure to settle.
        _link.DisposeMessage(dispositionContext.Message, isSettled ? new Accepted() : new Rejected { Error = BrokerErrors.LockLost },
            settled: true);
    }

    /// <summary>
    /// When a connection is gone, the library releases or rejects what was delivered on it. In Service Bus a lock outlives its connection.
    /// A client's rejection has no condition, or that of a dead letter.
    /// </summary>
    bool IsOfTheLibrary(DeliveryState state) => _isCut || _link.IsClosed || _link.Session.IsClosed || _link.Session.Connection.IsClosed
        || state is Rejected { Error.Condition: { } condition } && condition != BrokerErrors.DeadLetterCondition;

    bool Settle(Guid token, DeliveryState state) => state switch
    {
        Accepted => _queue.Complete(token),
        Rejected rejected => _queue.PutAside(token, Properties(rejected.Error?.Info)),
        Modified modified => _queue.Abandon(token, Properties(modified.MessageAnnotations)),
        _ => _queue.Abandon(token, []),
    };

    void Detach(Error error) => Detach(_link, error);

    /// <summary>The client is gone: nothing is delivered to it any more, and nothing comes from it.</summary>
    void Cut()
    {
        // Not while a message is being delivered.
        lock (_gate) _isCut = true;
        _queue.Changed -= Pump;
        _queue.Cutting -= Cut;
    }

    void Pump()
    {
        lock (_gate)
        {
            while (_credit > 0 && !_isCut && !_link.IsClosed && _queue.Take() is var (message, token))
            {
                s_tokens.Add(message, token);
                _credit--;
                try
                {
                    _link.SendMessage(message);
                }
                catch (Exception e) when (e is AmqpException or ObjectDisposedException or InvalidOperationException)
                {
                    // The link was closed meanwhile, and the lock runs out.
                    _queue.Changed -= Pump;
                    return;
                }
                if (_link.SettleOnSend) _queue.Complete(token);
                _note($"delivered {message.Properties?.GetMessageId()} of {_queue.Name}, {message.Header.DeliveryCount} before");
            }
        }
    }

    static IEnumerable<KeyValuePair<string, object>> Properties(Amqp.Types.Map? values) =>
        values is null ? [] : values.Select(pair => new KeyValuePair<string, object>(pair.Key.ToString()!, pair.Value));
}
