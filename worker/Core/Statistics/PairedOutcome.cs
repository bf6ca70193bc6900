namespace RebaseBatch.Core.Statistics;

/// <summary>One problem in two runs.</summary>
/// <param name="First">How many of the <paramref name="Seeds"/> answers are right in the first run.</param>
/// <param name="Second">The same in the second run.</param>
/// <param name="Seeds">Answers of each run, one for each seed; 1 or more.</param>
readonly record struct PairedOutcome(int First, int Second, int Seeds = 1)
{
    /// <summary>
    /// A problem whose two runs have different numbers of seeds: the same shares over a number of seeds that both numbers divide.
    /// </summary>
    /// <param name="firstSeeds">1 or more.</param>
    /// <param name="secondSeeds">1 or more.</param>
    public static PairedOutcome Of(int first, int firstSeeds, int second, int secondSeeds)
    {
        if (firstSeeds == secondSeeds) return new(first, second, firstSeeds);
        var (divisor, rest) = (firstSeeds, secondSeeds);
        while (rest != 0) (divisor, rest) = (rest, divisor % rest);
        return new(first * (secondSeeds / divisor), second * (firstSeeds / divisor), firstSeeds / divisor * secondSeeds);
    }

    /// <summary>Second - First as a share of the answers, -1 to 1.</summary>
    public double Change => (double)(Second - First) / Seeds;
}
