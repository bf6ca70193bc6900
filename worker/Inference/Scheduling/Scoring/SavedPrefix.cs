namespace RebaseBatch.Inference.Scheduling.Scoring;

/// <summary>The keys and values of a prefix, outside of any context.</summary>
/// <param name="tokens">Buffer of a text; the prefix is its first <paramref name="length"/> tokens.</param>
/// <param name="rented">What the context saved, in its first <paramref name="bytes"/> bytes.</param>
sealed class SavedPrefix(long search, int node, int[] tokens, int length, byte[] rented, int bytes)
{
    public long Search { get; } = search;

    /// <summary>The node of the search at which the prefix ends.</summary>
    public int Node { get; } = node;

    public int Length { get; } = length;

    /// <summary>Buffer of the text; <see cref="Length"/> tokens of it are saved.</summary>
    public int[] Tokens { get; } = tokens;

    public byte[] Rented { get; } = rented;

    public ReadOnlySpan<int> Known => Tokens.AsSpan(0, Length);
    public ReadOnlySpan<byte> State => Rented.AsSpan(0, bytes);

    /// <summary>Readers that copy it now, and the store while it has it. The array goes back at 0.</summary>
    public int References { get; set; } = 1;
}
