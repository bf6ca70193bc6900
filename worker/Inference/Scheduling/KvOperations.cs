using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The changes to a context's sequences that the accounting has made and the context has not, in their order. They must run before the next
/// decode call. The scheduler changes the KV memory only through them.
/// </summary>
sealed class KvOperations
{
    readonly List<KvOperation> _pending = [];

    public IReadOnlyList<KvOperation> Pending => _pending;

    public void Fork(int from, int to, int length) => _pending.Add(new(to, length, from));

    public void Truncate(int sequence, int length) => _pending.Add(new(sequence, length, null));

    /// <summary>Makes the changes in the context, which then agrees with the accounting.</summary>
    public void RunOn(IDecodeContext context)
    {
        foreach (var operation in _pending) operation.RunOn(context);
        Clear();
    }

    /// <summary>They have run.</summary>
    public void Clear() => _pending.Clear();
}
