namespace RebaseBatch.Inference.Scheduling;

/// <summary>One sequence id of a context and the tokens behind it.</summary>
sealed class SequenceSlot(int id)
{
    public readonly int Id = id;

    /// <summary>The tokens, the first <see cref="Length"/> of which are in the KV cache.</summary>
    public int[] Tokens = [];

    /// <summary>Tokens in the KV cache.</summary>
    public int Length;

    /// <summary>Tokens that are or soon will be there: beyond <see cref="Length"/> for a branch that still encodes its prefix.</summary>
    public int Planned;

    public SlotUse Use;

    /// <summary>Whose prefix an idle slot keeps, so that its search can let go of it.</summary>
    public long Search;

    public int Node;

    /// <summary>When the slot was last used, in engine iterations.</summary>
    public long LastUsed;
}
