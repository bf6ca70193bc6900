using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// One line of tokens on its way through the model: first what is known of it is encoded, then, token by token, what it
/// adds itself. How far it got is two numbers, so a branch can lose its place in the cache at any time and begin anew.
/// </summary>
abstract class DecodeSequence(DecodeRequest growth, int[] tokens, int count)
{
    public DecodeRequest Request { get; } = growth;

    /// <summary>Buffer of the whole line; the first <see cref="Count"/> tokens are known.</summary>
    public int[] Tokens { get; } = tokens;

    public int Count { get; private protected set; } = count;

    /// <summary>Where it decodes; null while it waits.</summary>
    public SequenceSlot? Slot;

    int _evaluated, _reencoded, _reached;
    double _seconds;

    /// <summary>What its tokens cost so far, again and again if need be.</summary>
    public ModelCost Cost => new(_evaluated, _reencoded, _seconds);

    public int Pending => Count - Slot!.Length;
    public ReadOnlySpan<int> Known => Tokens.AsSpan(0, Count);

    /// <summary>Books tokens that went through the model from position <paramref name="from"/> on.</summary>
    /// <returns>How many of them had been there before.</returns>
    public int Charge(int from, int tokens, double seconds)
    {
        var fresh = Math.Max(0, from + tokens - Math.Max(from, Math.Max(_reached, Request.EncodedBefore)));
        _evaluated += tokens;
        _reencoded += tokens - fresh;
        _seconds += seconds;
        _reached = Math.Max(_reached, from + tokens);
        // What one has encoded is not new to its siblings.
        if (_reached >= Request.Prefix.Length) Request.EncodedBefore = Request.Prefix.Length;
        return tokens - fresh;
    }

    /// <summary>Takes the logits after the last known token, or its hidden state (<see cref="EngineOptions.Output"/>); true when the branch goes on with one token more.</summary>
    public abstract bool Advance(ReadOnlySpan<float> output, TokenSampler sampler);

    /// <summary>How many of its tokens are worth keeping in the cache once it is done.</summary>
    public abstract int Lasting { get; }

    public abstract int Node { get; }

    public abstract void Complete();
    public abstract void Fail(Exception reason);
}
