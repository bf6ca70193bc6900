namespace RebaseBatch.Benchmarks.Pool;

/// <summary>One request in a simulated replica.</summary>
/// <param name="prompt">The prompt's tokens.</param>
/// <param name="cached">How many of them the prefix cache had.</param>
/// <param name="tokens">What it will sample.</param>
sealed class SimulatedSequence(int[] prompt, int cached, int[] tokens)
{
    public int[] Prompt => prompt;
    public int Cached => cached;
    public int[] Tokens => tokens;

    /// <summary>Tokens of the prompt that are still to be encoded.</summary>
    public int Uncached { get; set; } = prompt.Length - cached;

    public int Drawn { get; set; }

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
