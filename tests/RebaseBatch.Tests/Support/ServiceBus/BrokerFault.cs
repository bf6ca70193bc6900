namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>What can go wrong at one step, as often as a test asks for.</summary>
public enum BrokerFault
{
    /// <summary>The settlement arrives and takes effect. Its answer never comes.</summary>
    SettlementAnswerLost,

    /// <summary>The settlement has no effect, and no answer comes.</summary>
    SettlementDropped,

    /// <summary>The message's lock runs out just before the settlement or the renewal arrives.</summary>
    LockLost,

    /// <summary>The link is detached when the settlement arrives, which has no effect.</summary>
    LinkDetached,

    /// <summary>The sent message is stored. Its answer never comes.</summary>
    SendAnswerLost,

    /// <summary>The token is refused with 401, at <c>$cbs</c>.</summary>
    TokenRefused,

    /// <summary>The identity has no right on the queue: <c>amqp:unauthorized-access</c> when a link is attached.</summary>
    AttachRefused,

    /// <summary>Throttling: <c>com.microsoft:server-busy</c> for the sent message, or for the receiver that is attached.</summary>
    ServerBusy,
}
