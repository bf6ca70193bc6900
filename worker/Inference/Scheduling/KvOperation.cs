using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>One change to the sequences of a context, as data. llama.cpp calls the two kinds <c>seq_cp</c> and <c>seq_rm</c>.</summary>
/// <param name="Sequence">The sequence that changes.</param>
/// <param name="Length">Tokens that it holds afterwards.</param>
/// <param name="Source">The sequence from which it takes its first tokens; null when it is cut back to its own first tokens.</param>
readonly record struct KvOperation(int Sequence, int Length, int? Source)
{
    public void RunOn(IDecodeContext context)
    {
        if (Source is { } source) context.Fork(source, Sequence, Length);
        else context.Truncate(Sequence, Length);
    }
}
