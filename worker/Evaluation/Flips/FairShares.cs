namespace RebaseBatch.Evaluation.Flips;

/// <summary>Divides a bounded list among cells, so that a cell with very many flips does not hide the others. Pure.</summary>
static class FairShares
{
    /// <param name="wanted">How many each cell has.</param>
    /// <param name="limit">How many are shown in all; 0 or more.</param>
    /// <returns>How many of each are shown: the small ones whole, the others equally many, the first ones get the rest.</returns>
    public static int[] Of(IReadOnlyList<int> wanted, int limit)
    {
        var shares = new int[wanted.Count];
        var (left, open) = (limit, wanted.Count);
        foreach (var i in Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i]).ThenByDescending(i => i))
        {
            shares[i] = Math.Min(wanted[i], left / open);
            (left, open) = (left - shares[i], open - 1);
        }

        return shares;
    }
}
