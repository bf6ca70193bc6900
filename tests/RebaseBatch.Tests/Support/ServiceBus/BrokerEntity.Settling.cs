namespace RebaseBatch.Tests.Support.ServiceBus;

/// <content>What a receiver does with a message under its lock.</content>
public sealed partial class BrokerEntity
{
    /// <returns>When the lock ends now; null: it had run out.</returns>
    internal DateTimeOffset? Renew(Guid token)
    {
        lock (_gate) return Held(token) is { } message ? message.LockedUntil = _time.GetUtcNow() + _options.LockDuration : null;
    }

    /// <returns>False: the lock had run out.</returns>
    internal bool Complete(Guid token)
    {
        lock (_gate) return Held(token) is { } message && _messages.Remove(message);
    }

    /// <inheritdoc cref="Complete"/>
    internal bool Abandon(Guid token, IEnumerable<KeyValuePair<string, object>> properties)
    {
        lock (_gate)
        {
            if (Held(token) is not { } message) return false;
            message.Set(properties);
            message.LockedUntil = default;
        }
        Tick();
        return true;
    }

    /// <summary>A dead letter stays where it is.</summary>
    /// <inheritdoc cref="Complete"/>
    internal bool PutAside(Guid token, IEnumerable<KeyValuePair<string, object>> properties)
    {
        if (DeadLetters is null) return Abandon(token, properties);
        BrokerMessage message;
        lock (_gate)
        {
            if (Held(token) is not { } held) return false;
            _messages.Remove(message = held);
        }
        message.Set(properties);
        DeadLetters.Accept(message);
        return true;
    }

    BrokerMessage? Held(Guid token)
    {
        var now = _time.GetUtcNow();
        return _messages.Find(message => message.IsHeldBy(token, now));
    }
}
