namespace RebaseBatch.Core.Statistics;

/// <summary>One problem in two runs.</summary>
/// <param name="First">How many of the <paramref name="Seeds"/> answers are right in the first run.</param>
/// <param name="Second">The same in the second run.</param>
/// <param name="Seeds">Answers of each run, one for each seed; 1 or more.</param>
readonly record struct PairedOutcome(int First, int Second, int Seeds = 1)
{
    /// <summary>Second - First as a share of the answers, -1 to 1.</summary>
    public double Change => (double)(Second - First) / Seeds;
}
