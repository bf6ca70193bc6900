using Amqp;
using Amqp.Framing;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// One queue in memory: locks by tokens, counts of deliveries, duplicate detection, time to live, dead letters. Thread-safe. A message
/// keeps its number and its time when it becomes a dead letter.
/// </summary>
public sealed partial class BrokerEntity
{
    /// <summary>By the client's name for it, <c>QUEUE/$DeadLetterQueue</c>.</summary>
    internal const string DeadLetterSuffix = "/$DeadLetterQueue";

    readonly Lock _gate = new();
    readonly List<BrokerMessage> _messages = [];
    readonly Dictionary<string, DateTimeOffset> _seen = [];
    readonly TimeProvider _time;
    BrokerQueueOptions _options;
    long _sequence;

    internal BrokerEntity(string name, BrokerQueueOptions options, TimeProvider time)
        : this(name, options, time, new()) => DeadLetters = new(name + DeadLetterSuffix, options, time, Faults);

    BrokerEntity(string name, BrokerQueueOptions options, TimeProvider time, BrokerFaults faults) =>
        (Name, _options, _time, Faults) = (name, options, time, faults);

    public string Name { get; }

    /// <summary>One set for the queue and its dead letters.</summary>
    public BrokerFaults Faults { get; }

    /// <summary>Null for the dead letters themselves: they don't count deliveries.</summary>
    public BrokerEntity? DeadLetters { get; }

    /// <summary>Links that are there lose their hold when the queue is disabled.</summary>
    public BrokerQueueOptions Options
    {
        get => _options;
        set
        {
            _options = value;
            if (value.IsDisabled) Detach(BrokerErrors.Disabled(Name));
        }
    }

    /// <summary>Messages that are stored, locked ones too.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _messages.Count;
        }
    }

    public int Locked
    {
        get
        {
            lock (_gate) return _messages.Count(message => message.LockedUntil > _time.GetUtcNow());
        }
    }

    /// <summary>Links of receivers that are attached now.</summary>
    public int Receivers => Changed?.GetInvocationList().Length ?? 0;

    /// <summary>Something may be there to receive.</summary>
    internal event Action? Changed;

    internal event Action<Error>? Detaching;

    internal event Action? Cutting;

    /// <summary>Lets the locks that are held now run out.</summary>
    public void LoseLocks()
    {
        lock (_gate)
            foreach (var message in _messages) message.LockedUntil = default;
        Tick();
    }

    /// <summary>Detaches every link to the queue, as the service does when it moves a queue to another machine.</summary>
    public void Detach() => Detach(BrokerErrors.Detached);

    /// <summary>Stores a message as though a producer had sent it.</summary>
    public void Send(Message message)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            if (_options.DuplicateWindow is { } window && message.Properties?.GetMessageId()?.ToString() is { } id)
            {
                foreach (var (old, _) in _seen.Where(pair => now - pair.Value > window).ToList()) _seen.Remove(old);
                if (!_seen.TryAdd(id, now)) return;
            }
            _messages.Add(new(++_sequence, message, now));
        }
        Changed?.Invoke();
    }

    /// <summary>Every stored message, locked ones too, as it was sent and with what the service adds.</summary>
    internal IReadOnlyList<Message> Peek(long from, int most)
    {
        lock (_gate)
            return [.. _messages.Where(message => message.Sequence >= from).Take(most).Select(one => one.Delivered(one.Deliveries))];
    }

    /// <summary>The next free message under a new lock; null when there is none.</summary>
    internal (Message Message, Guid Token)? Take()
    {
        PutAsideWhatIsDue();
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (_messages.Find(message => message.LockedUntil <= now) is not { } free) return null;
            free.Lock(now + _options.LockDuration);
            return (free.Delivered(free.Deliveries++), free.Token);
        }
    }

    /// <summary>Lets one lock run out.</summary>
    internal void LoseLock(Guid token)
    {
        lock (_gate)
            if (Held(token) is { } message) message.LockedUntil = default;
        Tick();
    }

    /// <summary>Looks at the clock: for locks that ran out and messages that expired.</summary>
    internal void Tick()
    {
        PutAsideWhatIsDue();
        Changed?.Invoke();
    }

    /// <summary>Every connection is cut: the links to the queue are gone.</summary>
    internal void Cut()
    {
        Cutting?.Invoke();
        DeadLetters?.Cut();
    }

    internal void Detach(Error error)
    {
        Detaching?.Invoke(error);
        DeadLetters?.Detach(error);
    }

    void PutAsideWhatIsDue()
    {
        if (DeadLetters is null) return;
        List<BrokerMessage> due = [];
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            foreach (var message in _messages.Where(message => message.LockedUntil <= now).ToList())
            {
                var isOld = message.ExpiresAt <= now;
                if (!isOld && message.Deliveries < _options.MaxDeliveryCount) continue;
                message.Set(isOld ? Reason("TTLExpiredException", "The message expired and was dead lettered.")
                    : Reason("MaxDeliveryCountExceeded",
                        $"Message could not be consumed after {_options.MaxDeliveryCount} delivery attempts."));
                _messages.Remove(message);
                due.Add(message);
            }
        }
        foreach (var message in due) DeadLetters.Accept(message);
    }

    void Accept(BrokerMessage message)
    {
        (message.LockedUntil, message.ExpiresAt) = (default, null);
        lock (_gate)
        {
            var at = _messages.FindIndex(other => other.Sequence > message.Sequence);
            _messages.Insert(at < 0 ? _messages.Count : at, message);
        }
        Changed?.Invoke();
    }

    static Dictionary<string, object> Reason(string reason, string detail) =>
        new() { ["DeadLetterReason"] = reason, ["DeadLetterErrorDescription"] = detail };
}
