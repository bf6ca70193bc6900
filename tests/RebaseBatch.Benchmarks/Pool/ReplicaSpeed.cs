namespace RebaseBatch.Benchmarks.Pool;

/// <summary>
/// How long one iteration of a simulated replica takes: a 7B model in 16 bits on one GPU of the A100 class, with continuous batching and
/// chunked prefill. Decoding reads the weights once for all sequences (25 ms), up to 64 of them; beyond, each further 64 add a half.
/// Prefill takes 40 ms for 500 tokens.
/// </summary>
static class ReplicaSpeed
{
    /// <summary>Most sequences that run at once (vLLM's max_num_seqs).</summary>
    public const int MostSequences = 256;

    /// <summary>Most tokens of one iteration's prefill (vLLM's max_num_batched_tokens).</summary>
    public const int MostPrefill = 2048;

    const double DecodeMilliseconds = 25, PrefillMilliseconds = 40.0 / 500;

    /// <param name="sequences">Those that get a token in this iteration.</param>
    /// <param name="prefill">Tokens of prompts that are encoded in it.</param>
    public static TimeSpan Iteration(int sequences, int prefill) => TimeSpan.FromMilliseconds(
        (sequences == 0 ? 0 : DecodeMilliseconds * (1 + 0.5 * Math.Max(0, sequences - 64) / 64)) + PrefillMilliseconds * prefill);
}
