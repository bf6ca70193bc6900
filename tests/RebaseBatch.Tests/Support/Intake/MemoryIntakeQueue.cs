using System.Text;
using RebaseBatch.Edge.Intake;

namespace RebaseBatch.Tests.Support.Intake;

/// <summary>A queue in memory that behaves as Service Bus does, and can be made to fail.</summary>
sealed partial class MemoryIntakeQueue(TimeProvider time, TimeSpan lockDuration, int maxDeliveries = 10) : IIntakeQueue
{
    sealed class Entry(long sequence, string id, byte[] body, string? otherBody, DateTimeOffset enqueuedAt)
    {
        public long Sequence => sequence;
        public string Id => id;
        public byte[] Body => body;
        public string? OtherBody => otherBody;
        public DateTimeOffset EnqueuedAt => enqueuedAt;
        public int Deliveries;
        public string Reason = "", Detail = "";
        public DateTimeOffset LockedUntil = DateTimeOffset.MinValue;
        public object? Lock;
    }

    static readonly Task s_never = new TaskCompletionSource().Task;

    readonly Lock _gate = new();
    readonly List<Entry> _entries = [];
    readonly HashSet<string> _seen = [];
    long _sent;
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Location => "memory/rebase-jobs";

    /// <summary>Every call that got through, in order: its name and the message's id.</summary>
    public List<(string Call, string Id)> Calls { get; } = [];

    /// <summary>
    /// Called before every call with its name. The exception that it returns is thrown, as if the call had not reached the queue.
    /// </summary>
    public Func<string, Exception?> Fault { get; set; } = static _ => null;

    /// <summary>Whether no call is answered, whatever its token says, as with the service's client on a dead network.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Messages that are neither completed nor put aside.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    public Task ProbeAsync(CancellationToken ct)
    {
        Enter("probe");
        return IsFrozen ? s_never : Task.CompletedTask;
    }

    public async Task<IntakeMessage?> ReceiveAsync(TimeSpan wait, CancellationToken ct)
    {
        Enter("receive");
        if (IsFrozen) await s_never;
        var deadline = time.GetUtcNow() + wait;
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_entries.Find(entry => entry.LockedUntil <= time.GetUtcNow()) is { } free)
                {
                    (free.LockedUntil, free.Lock) = (time.GetUtcNow() + lockDuration, new());
                    Calls.Add(("receive", free.Id));
                    return new(free.Id, free.Body, ++free.Deliveries, free.LockedUntil, free.Lock)
                    {
                        EnqueuedAt = free.EnqueuedAt, OtherBody = free.OtherBody,
                    };
                }
                changed = _changed.Task;
            }
            var left = deadline - time.GetUtcNow();
            if (left <= TimeSpan.Zero) return null;
            // A lock that runs out sends no signal, so the loop looks for it.
            await Task.WhenAny(changed, Task.Delay(left < TimeSpan.FromMilliseconds(20) ? left : TimeSpan.FromMilliseconds(20), time, ct));
            ct.ThrowIfCancellationRequested();
        }
    }

    public async Task<DateTimeOffset> RenewAsync(IntakeMessage message, CancellationToken ct)
    {
        var until = time.GetUtcNow() + lockDuration;
        await Locked("renew", message, entry => entry.LockedUntil = until);
        return until;
    }

    public Task CompleteAsync(IntakeMessage message, CancellationToken ct) => Locked("complete", message, entry => _entries.Remove(entry));

    public Task AbandonAsync(IntakeMessage message, CancellationToken ct) => Locked("abandon", message, entry =>
    {
        entry.LockedUntil = DateTimeOffset.MinValue;
        if (entry.Deliveries >= maxDeliveries) PutAside(entry, "MaxDeliveryCountExceeded", "");
    });

    public Task DeadLetterAsync(IntakeMessage message, string reason, string detail, CancellationToken ct) =>
        Locked("dead-letter", message, entry => PutAside(entry, reason, detail));

    public Task SendAsync(string id, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        Enter("send");
        Put(id, body, body.IsEmpty ? "empty" : null, id);
        return Task.CompletedTask;
    }

    /// <summary>Sends what a producer with another AMQP client sends: a value instead of data, null for no body.</summary>
    public void SendValue(string id, object? value)
    {
        switch (value)
        {
            case string text: Put(id, Encoding.UTF8.GetBytes(text), null, id); break;
            case byte[] binary: Put(id, binary, null, id); break;
            case null: Put(id, default, "empty", id); break;
            default: Put(id, default, $"an AMQP value that holds {(value is int ? "a number" : "a map")}", id); break;
        }
    }

    public ValueTask DisposeAsync() => IsFrozen ? new(s_never) : ValueTask.CompletedTask;

    /// <summary>As if the message's link had been detached: its lock is lost.</summary>
    public void LoseLocks()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Concat(_aside)) (entry.LockedUntil, entry.Lock) = (DateTimeOffset.MinValue, null);
            Changed();
        }
    }

    Task Locked(string call, IntakeMessage message, Action<Entry> then) => Locked(call, message.Id, message.Handle, _entries, then);

    Task Locked(string call, string id, object handle, List<Entry> among, Action<Entry> then)
    {
        Enter(call);
        if (IsFrozen) return s_never;
        lock (_gate)
        {
            if (among.Find(entry => entry.Lock == handle && entry.LockedUntil > time.GetUtcNow()) is not { } entry)
                throw new MessageLockLostException(id);
            then(entry);
            Calls.Add((call, id));
            Changed();
        }
        return Task.CompletedTask;
    }

    /// <param name="messageId">A message with the same one is a duplicate.</param>
    /// <param name="id">The id that the receiver sees; the message id if empty.</param>
    void Put(string messageId, ReadOnlyMemory<byte> body, string? otherBody, string id)
    {
        lock (_gate)
        {
            if (messageId.Length == 0 || _seen.Add(messageId))
                _entries.Add(new(++_sent, id.Length > 0 ? id : messageId, body.ToArray(), otherBody, time.GetUtcNow()));
            Changed();
        }
    }

    void Enter(string call)
    {
        if (Fault(call) is { } fault) throw fault;
    }

    void Changed()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
