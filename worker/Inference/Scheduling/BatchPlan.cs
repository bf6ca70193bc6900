using System.Runtime.InteropServices;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// What the next decode call does: first the pending operations on the KV memory, then the batch. The scheduler fills it and the decode
/// loop runs it. One instance is used again for each call, so that a token costs no allocation.
/// </summary>
/// <param name="batchTokens">Most tokens of a call.</param>
/// <param name="operations">The operations that the prefix cache records.</param>
sealed class BatchPlan(int batchTokens, KvOperations operations)
{
    readonly List<PlannedSequence> _sequences = [];

    /// <summary>The operations to run before the call. The scheduler may add more when it handles the call's outcome.</summary>
    public KvOperations Operations { get; } = operations;

    public DecodeBatch Batch { get; } = new(batchTokens);

    /// <summary>The sequences with tokens in the batch, in the batch's order.</summary>
    public ReadOnlySpan<PlannedSequence> Sequences => CollectionsMarshal.AsSpan(_sequences);

    public void Clear()
    {
        Batch.Clear();
        _sequences.Clear();
    }

    /// <summary>Adds the sequence's next tokens. Only its last known token has an output.</summary>
    public void Add(DecodeSequence sequence, int tokens)
    {
        var slot = sequence.Slot!;
        var output = -1;
        for (var i = 0; i < tokens; i++)
        {
            var position = slot.Length + i;
            var last = position == sequence.Count - 1;
            var entry = Batch.Add(sequence.Tokens[position], position, slot.Id, last);
            if (last) output = entry;
        }

        _sequences.Add(new(sequence, tokens, output));
    }
}
