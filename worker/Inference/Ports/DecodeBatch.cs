namespace RebaseBatch.Inference.Ports;

/// <summary>The tokens of one decode call, as parallel arrays of a fixed capacity. Reused from call to call.</summary>
sealed class DecodeBatch(int capacity)
{
    public readonly int[] Tokens = new int[capacity];
    public readonly int[] Positions = new int[capacity];
    public readonly int[] Sequences = new int[capacity];
    public readonly bool[] Outputs = new bool[capacity];

    public int Capacity => Tokens.Length;
    public int Count { get; private set; }
    public int Room => Capacity - Count;

    public void Clear() => Count = 0;

    /// <summary>Adds a token and returns its index, by which its logits are read after the call.</summary>
    /// <param name="position">Place of the token in its sequence, from 0.</param>
    /// <param name="output">Whether logits are wanted at this token.</param>
    public int Add(int token, int position, int sequence, bool output)
    {
        var i = Count;
        Tokens[i] = token;
        Positions[i] = position;
        Sequences[i] = sequence;
        Outputs[i] = output;
        Count = i + 1;
        return i;
    }
}
