namespace RebaseBatch.Core.Statistics;

/// <summary>
/// Two runs over the same problems, each with one or several seeds. The problems are the sample; the seeds of a problem are not
/// independent of each other, so they count together (as a cluster).
/// </summary>
/// <param name="problems">Each with at least one seed.</param>
sealed class PairedOutcomes(IReadOnlyList<PairedOutcome> problems)
{
    public int Problems => problems.Count;

    /// <summary>Accuracy of the first run, each problem with the same weight; 0 to 1.</summary>
    public double First => problems.Average(problem => (double)problem.First / problem.Seeds);

    /// <summary>Accuracy of the second run.</summary>
    public double Second => problems.Average(problem => (double)problem.Second / problem.Seeds);
}
