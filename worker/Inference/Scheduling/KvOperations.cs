using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The changes to a context's sequences that the accounting has made and the context has not, in their order. They must run before the next
/// decode call: the only way from the scheduler's decisions to the KV memory.
/// </summary>
sealed class KvOperations
{
    readonly List<KvOperation> _pending = [];

    public IReadOnlyList<KvOperation> Pending => _pending;

    public void Fork(int from, int to, int length) => _pending.Add(new(to, length, from));

    public void Truncate(int sequence, int length) => _pending.Add(new(sequence, length, null));

    /// <summary>Brings the context to where the accounting is.</summary>
    public void RunOn(IDecodeContext context)
    {
        foreach (var operation in _pending) operation.RunOn(context);
        Clear();
    }

    /// <summary>They have run.</summary>
    public void Clear() => _pending.Clear();
}
