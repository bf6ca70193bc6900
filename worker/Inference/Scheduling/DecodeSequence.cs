using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// One sequence of tokens that the model decodes. First its known tokens are encoded. Then it adds sampled ones, token by token. Two
/// numbers say how far it got, so a sequence can lose its slot in the cache at any time and encode its tokens again.
/// </summary>
/// <param name="tokens">Buffer of the whole sequence.</param>
/// <param name="count">Tokens of it that are known at the beginning.</param>
abstract class DecodeSequence(DecodeRequest request, int[] tokens, int count)
{
    public DecodeRequest Request { get; } = request;

    /// <summary>Buffer of the whole sequence; the first <see cref="Count"/> tokens are known.</summary>
    public int[] Tokens { get; } = tokens;

    public int Count { get; private protected set; } = count;

    /// <summary>Where it decodes; null while it waits.</summary>
    public SequenceSlot? Slot { get; private set; }

    int _evaluated, _reencoded, _reached;
    double _seconds;

    /// <summary>What its tokens cost so far. A token that was encoded twice counts twice.</summary>
    public ModelCost Cost => new(_evaluated, _reencoded, _seconds);

    /// <summary>Known tokens that are not in its slot's KV cells.</summary>
    public int Pending => Count - Slot!.Length;

    public ReadOnlySpan<int> Known => Tokens.AsSpan(0, Count);

    /// <summary>It decodes in this slot from now on.</summary>
    public void Enter(SequenceSlot slot) => Slot = slot;

    /// <summary>It no longer decodes.</summary>
    /// <returns>The slot that it had.</returns>
    public SequenceSlot Leave()
    {
        var slot = Slot ?? throw new InvalidOperationException("a sequence without a slot can't leave it");
        Slot = null;
        return slot;
    }

    /// <summary>Counts tokens that the model has decoded, from position <paramref name="from"/> on.</summary>
    /// <returns>How many of them had gone through it before.</returns>
    public int Charge(int from, int tokens, double seconds)
    {
        var fresh = Math.Max(0, from + tokens - Math.Max(from, Math.Max(_reached, Request.EncodedBefore)));
        _evaluated += tokens;
        _reencoded += tokens - fresh;
        _seconds += seconds;
        _reached = Math.Max(_reached, from + tokens);
        // What one sequence has encoded is not new to its siblings.
        if (_reached >= Request.Prefix.Length) Request.EncodedBefore = Request.Prefix.Length;
        return tokens - fresh;
    }

    /// <summary>Takes the logits after the last known token, or its hidden state (<see cref="EngineOptions.Output"/>).</summary>
    /// <returns>True when it continues with one more token.</returns>
    public abstract bool Advance(ReadOnlySpan<float> output, TokenSampler sampler);

    /// <summary>How many of its tokens are worth keeping in the cache once it is done.</summary>
    public abstract int Lasting { get; }

    /// <summary>The node of its search at which it ends.</summary>
    public abstract int Node { get; }

    public abstract void Complete();
    public abstract void Fail(Exception reason);
}
