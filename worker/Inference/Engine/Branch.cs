namespace RebaseBatch.Inference.Engine;

/// <summary>
/// One line of tokens on its way through the model: first what is known of it is encoded, then, token by token, what it
/// adds itself. How far it got is two numbers, so a branch can lose its place in the cache at any time and begin anew.
/// </summary>
abstract class Branch(Growth growth, int[] tokens, int count)
{
    public Growth Growth { get; } = growth;

    /// <summary>Buffer of the whole line; the first <see cref="Count"/> tokens are known.</summary>
    public int[] Tokens { get; } = tokens;

    public int Count { get; private protected set; } = count;

    /// <summary>Where it decodes; null while it waits.</summary>
    public SequenceSlot? Slot;

    /// <summary>Tokens of this branch that went through the model, again and again if need be.</summary>
    public int Evaluated;

    public int Pending => Count - Slot!.Length;
    public ReadOnlySpan<int> Known => Tokens.AsSpan(0, Count);

    /// <summary>Takes the logits after the last known token; true when the branch goes on with one token more.</summary>
    public abstract bool Advance(ReadOnlySpan<float> logits, TokenSampler sampler);

    /// <summary>How many of its tokens are worth keeping in the cache once it is done.</summary>
    public abstract int Lasting { get; }

    public abstract int Node { get; }

    public abstract void Complete();
    public abstract void Fail(Exception reason);
}
